import { readdirSync, readFileSync } from 'node:fs';

const KIB = 1024;
// The unit of every time in /proc; user space sees this value whatever the kernel was built with.
const TICKS_PER_SECOND = 100;

interface Stat {
  readonly parent: number;
  /** Clock ticks of the process, and of its children that have ended. */
  readonly ticks: number;
}

/** Seconds that one core has spent, by what they went to. */
export interface CoreTime {
  readonly busySeconds: number;
  /** Taken by the hypervisor for other machines. */
  readonly stolenSeconds: number;
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    // A process may end between the listing and the read.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw cause;
  }
}

function readStat(processId: number): Stat | undefined {
  const text = readOrNothing(`/proc/${processId}/stat`);
  if (text === undefined) return undefined;
  // The name in parentheses may hold blanks; field 4, the parent, is the second behind it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), ticks };
}

/** A process and all its descendants, parents first. */
export function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readStat(Number(entry));
    if (stat === undefined) continue;
    const siblings = children.get(stat.parent) ?? [];
    siblings.push(Number(entry));
    children.set(stat.parent, siblings);
  }
  const tree = [root];
  for (const processId of tree) tree.push(...(children.get(processId) ?? []));
  return tree;
}

/** CPU seconds of the processes, user and system, with their ended children. */
export function cpuSeconds(processIds: readonly number[]): number {
  const ticks = processIds.reduce((sum, id) => sum + (readStat(id)?.ticks ?? 0), 0);
  return ticks / TICKS_PER_SECOND;
}

/** Resident memory of the processes in bytes. */
export function residentBytes(processIds: readonly number[]): number {
  let kibibytes = 0;
  for (const id of processIds) {
    const status = readOrNothing(`/proc/${id}/status`);
    kibibytes += Number(status?.match(/^VmRSS:\s+(\d+)/m)?.[1] ?? 0);
  }
  return kibibytes * KIB;
}

/** What a core has done since the machine started. */
export function coreTime(core: number): CoreTime {
  const line = readFileSync('/proc/stat', 'utf8').match(new RegExp(`^cpu${core} (.*)$`, 'm'))?.[1];
  if (line === undefined) throw new Error(`this machine has no core ${core}`);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = line
    .split(' ')
    .map(Number);
  return {
    busySeconds: (user + nice + system + irq + softirq) / TICKS_PER_SECOND,
    stolenSeconds: stolen / TICKS_PER_SECOND,
  };
}
