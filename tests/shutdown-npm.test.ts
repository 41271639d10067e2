import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { freshDatabase, TEST_ROOT_KEY } from '@meridian/testkit';
import { openStream } from './support/read-stream.ts';
import { until } from './support/until.ts';

const ROOT = resolve(import.meta.dirname, '..');
const READY = /^meridian listening on (http:\/\/\S+)$/m;
/** The sandbox takes its time between two pieces, so that the stream runs when the signal comes. */
const BODY = { model: 'sandbox-chat', max_tokens: 24, 'x-sandbox-delay-ms': 50 };

test('Ctrl-C under npm start, which arrives twice, lets running requests end', async () => {
  await using database = await freshDatabase('embedded');
  const npm = spawn('npm', ['start', '--ignore-scripts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: database.folder,
      MERIDIAN_DATA_DIR: database.folder,
      MERIDIAN_PORT: '0',
      MERIDIAN_ROOT_KEY: TEST_ROOT_KEY,
      MERIDIAN_ENV_KEYS: 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const signalGroup = (signal: NodeJS.Signals): void => void process.kill(-npm.pid!, signal);
  const killGroup = (): void => signalGroup('SIGKILL');
  process.once('exit', killGroup);
  const ended = once(npm, 'close');
  try {
    let output = '';
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const url = await until('the server', () => READY.exec(output)?.[1]);
    const stream = await openStream(url, TEST_ROOT_KEY, BODY);
    await stream.readUntil('data: ');
    // A terminal signals everybody in its foreground; npm hands on what it gets.
    signalGroup('SIGINT');
    assert.ok((await stream.readAll()).endsWith('data: [DONE]\n\n'));
    const [code] = await ended;
    assert.equal(code, 0);
  } catch (error) {
    killGroup();
    await ended;
    throw error;
  } finally {
    process.off('exit', killGroup);
  }
});
