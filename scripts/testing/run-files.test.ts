import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RunResult } from './verdict.ts';

const FILES: Readonly<Record<string, string>> = {
  'good.test.ts': `
    import { describe, test } from 'node:test';
    test('passes', async (t) => { await t.test('inside', () => {}); });
    test('skips', { skip: 'a reason' }, () => {});
    test('skips while it runs', (t) => t.skip('another reason'));
    test.todo('comes later');
    describe('a skipped suite', { skip: 'a third reason' }, () => { test('never', () => {}); });
  `,
  'bad.test.ts': `
    import { test } from 'node:test';
    test('passes', () => {});
    test('fails', () => { throw new Error('this is why'); });
  `,
  'broken.test.ts': "throw new Error('not even loaded');",
  'empty.test.ts': 'export const nothing = 0;',
};

async function runFiles(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-run-files-'));
  try {
    const paths = Object.keys(files).map((name) => join(folder, name));
    for (const path of paths) await writeFile(path, files[basename(path)] ?? '');
    const runner = fileURLToPath(new URL('run-files.ts', import.meta.url));
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(process.execPath, [runner, ...paths], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      env,
    });
    const message = once(child, 'message') as Promise<[RunResult]>;
    const text = child.stdout!.toArray().then((parts) => Buffer.concat(parts).toString());
    const [[result]] = await Promise.all([message, once(child, 'exit')]);
    return { result, text: await text };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('passes, failures, skips and empty files are counted over all files', async () => {
  const { result, text } = await runFiles(FILES);
  assert.equal(result.passed, 3);
  assert.equal(result.failed, 2);
  assert.deepEqual(
    result.skipped.map(({ name, reason }) => [name, reason]),
    [
      ['skips', 'a reason'],
      ['skips while it runs', 'another reason'],
      ['comes later', ''],
      ['a skipped suite', 'a third reason'],
    ],
  );
  assert.deepEqual(
    result.emptyFiles.map((path) => basename(path)),
    ['empty.test.ts'],
  );
  assert.equal(result.files.length, 4);
  assert.match(text, /this is why/);
  assert.match(text, /not even loaded/);
  assert.match(text, /failing tests/);
  assert.match(text, /ℹ pass 4\n/);
});
