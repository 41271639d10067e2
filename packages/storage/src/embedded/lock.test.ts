import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { processStart, takeLock } from './lock.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-lock-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const SOURCE = new URL('./lock.ts', import.meta.url).href;

/** A process that takes the lock, says so or why not, and stays until its input ends. */
function contender(path: string): ChildProcess {
  const script = `
    const { takeLock } = await import(${JSON.stringify(SOURCE)});
    try { takeLock(${JSON.stringify(path)}); console.log('taken'); } catch (error) { console.log(error.message); }
    process.stdin.resume().on('end', () => process.exit(0));`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

async function saying(child: ChildProcess): Promise<string> {
  const [chunk] = await once(child.stdout!, 'data');
  return String(chunk).trim();
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a lock that is held by this process is refused, and free again once released', () => {
  const path = join(folder, 'own');
  const release = takeLock(path);
  assert.throws(() => takeLock(path), new RegExp(`in use by process ${process.pid} `));
  release();
  assert.equal(existsSync(path), false);
  takeLock(path)();
});

test('a second process is refused with the first one’s id, and takes over when that was killed', async () => {
  const path = join(folder, 'two');
  const first = contender(path);
  assert.equal(await saying(first), 'taken');
  assert.throws(() => takeLock(path), new RegExp(`process ${first.pid} `));
  const second = contender(path);
  assert.match(await saying(second), new RegExp(`in use by process ${first.pid} `));
  await killed(second);
  assert.ok(existsSync(path));
  await killed(first);
  takeLock(path)();
});

test('a lock is not taken over because it is old', async () => {
  const path = join(folder, 'old');
  const holder = contender(path);
  assert.equal(await saying(holder), 'taken');
  const text = readFileSync(path, 'utf8');
  assert.match(text, new RegExp(`^${holder.pid} `));
  utimesSync(path, 0, 0);
  assert.throws(() => takeLock(path), /in use/);
  await killed(holder);
});

test('a lock of a process whose id is in use by another one now is taken over', () => {
  const path = join(folder, 'reused');
  writeFileSync(path, `${process.pid} somebody-else-who-started-at-another-time\n`);
  takeLock(path)();
});

test('a lock that another process took meanwhile is not removed as a stale one', async () => {
  const path = join(folder, 'race');
  for (let round = 0; round < 3; round++) {
    writeFileSync(path, '999999 long-dead\n');
    const contenders = Array.from({ length: 4 }, () => contender(path));
    const said = await Promise.all(contenders.map(saying));
    assert.equal(said.filter((text) => text === 'taken').length, 1, said.join(' | '));
    await Promise.all(contenders.map(killed));
  }
});

test('what is no lock file is left alone', () => {
  const path = join(folder, 'foreign');
  writeFileSync(path, 'notes of mine');
  assert.throws(() => takeLock(path), /is not a lock file/);
  assert.equal(readFileSync(path, 'utf8'), 'notes of mine');
});

test('the start of a process tells it from others, and a dead one has none', async () => {
  const start = processStart(process.pid);
  assert.ok(start);
  assert.equal(processStart(process.pid), start);
  const child = contender(join(folder, 'start'));
  await saying(child);
  assert.notEqual(processStart(child.pid!), start);
  await killed(child);
  assert.equal(processStart(child.pid!), undefined);
});

test('a process that has ended and was not yet buried by its parent is dead', {
  skip: process.platform !== 'linux' && 'needs /proc',
}, async () => {
  // The shell becomes a sleeper that never asks for its child; only then may the child end.
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 30'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const pid = Number(await saying(parent));
  const until = async (isSo: () => boolean): Promise<void> => {
    const deadlineMs = performance.now() + 5_000;
    while (!isSo() && performance.now() < deadlineMs) await new Promise(setImmediate);
  };
  await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() === 'sleep');
  parent.stdin?.end();
  await until(() => processStart(pid) === undefined);
  assert.equal(processStart(pid), undefined);
  assert.doesNotThrow(() => process.kill(pid, 0), 'the process id is still there');
  await killed(parent);
});
