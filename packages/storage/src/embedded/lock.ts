import { execFileSync } from 'node:child_process';
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';

/** Who holds a lock: the process, and when it was started, because process ids are used again. */
interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

/** Releases the lock; the process that ends without it leaves a file that the next one takes over. */
export type ReleaseLock = () => void;

const ATTEMPTS_MAX = 50;
const ATTEMPT_PAUSE_MS = 20;
const UNKNOWN_START = 'unknown';

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but somebody else's.
    return errorCode(error) !== 'ESRCH';
  }
}

/** The boot and the clock tick of the start; undefined when it has ended but was not yet buried. */
function startOnLinux(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  // The command in parentheses may hold spaces: state is the first, start the 20th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot}:${fields[19]}`;
}

/** When a process was started, as the system tells it; undefined when it is not running. */
export function processStart(pid: number): string | undefined {
  if (!exists(pid)) return undefined;
  try {
    if (process.platform === 'linux') return startOnLinux(pid);
    const ps = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return ps.trim().replaceAll(' ', '_') || undefined;
  } catch {
    return exists(pid) ? UNKNOWN_START : undefined;
  }
}

function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** The holder that a lock file names; `unfinished` while its creator has not written it yet. */
function readHolder(path: string): Holder | 'unfinished' | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  if (text === '') return 'unfinished';
  const [pid, startedAt] = text.trimEnd().split(' ');
  if (startedAt && Number.isSafeInteger(Number(pid))) return { pid: Number(pid), startedAt };
  throw new Error(`${path} is not a lock file; remove it if no Meridian uses this folder`);
}

function isRunning(holder: Holder): boolean {
  const start = processStart(holder.pid);
  if (start === undefined) return false;
  return [start, holder.startedAt].includes(UNKNOWN_START) || start === holder.startedAt;
}

function create(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, `${holder.pid} ${holder.startedAt}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/**
 * Removes the lock of a dead process. Only one process at a time may do so, else a slow one would
 * remove the new lock of a fast one; hence a second lock around the removal.
 */
function removeStale(path: string, own: Holder): void {
  const guard = `${path}.takeover`;
  if (!create(guard, own)) {
    const other = readHolder(guard);
    if (other && other !== 'unfinished' && !isRunning(other)) remove(guard);
    return;
  }
  try {
    const holder = readHolder(path);
    if (holder && holder !== 'unfinished' && !isRunning(holder)) remove(path);
  } finally {
    remove(guard);
  }
}

/**
 * Takes the lock file, or throws an error that names the process that has it. A lock is taken over
 * only when its process is dead, never because of its age: a busy process may be silent for long.
 */
export function takeLock(path: string): ReleaseLock {
  const own = { pid: process.pid, startedAt: processStart(process.pid) ?? UNKNOWN_START };
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (create(path, own)) return () => remove(path);
    const holder = readHolder(path);
    if (holder && holder !== 'unfinished') {
      if (isRunning(holder)) {
        throw new Error(`the data folder is in use by process ${holder.pid} (lock file ${path})`);
      }
      removeStale(path, own);
    } else {
      Atomics.wait(pause, 0, 0, ATTEMPT_PAUSE_MS);
    }
  }
  throw new Error(`${path} stays unfinished; remove it if no Meridian uses this folder`);
}
