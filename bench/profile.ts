import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryFolder } from './folders.ts';
import type { Table } from './report/table.ts';

const HOTTEST = 40;

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
}

/** A CPU profile in V8's format. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

function isProfile(value: unknown): value is CpuProfile {
  return typeof value === 'object' && value !== null && 'samples' in value && 'nodes' in value;
}

function place({ callFrame }: ProfileNode): string {
  const { functionName, url, lineNumber } = callFrame;
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  return `${name} ${path.replace(`${repositoryFolder}/`, '')}:${lineNumber + 1}`;
}

/** Microseconds that each function itself took, the slowest first. */
function selfTimes(profile: CpuProfile): readonly (readonly [string, number])[] {
  const places = new Map(profile.nodes.map((node) => [node.id, place(node)]));
  const times = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const name = places.get(id) ?? '(unknown)';
    times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0));
  }
  return [...times].toSorted(([, a], [, b]) => b - a);
}

function largest(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.cpuprofile'))
    .map((file) => join(folder, file));
  return files.toSorted((a, b) => readFileSync(b).length - readFileSync(a).length)[0];
}

/** The hottest functions of the main thread's profile in the folder; nothing when there is none. */
export function toProfileTable(folder: string, title: string): Table | undefined {
  const file = largest(folder);
  if (file === undefined) return undefined;
  const profile: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isProfile(profile)) return undefined;
  const times = selfTimes(profile);
  const busy = times.filter(([name]) => name !== '(idle)' && name !== '(root)');
  const total = busy.reduce((sum, [, time]) => sum + time, 0);
  return {
    title: `Profile: ${title}`,
    note: `Self time of the main thread while it was not idle, start and warm-up included; ${file.replace(`${repositoryFolder}/`, '')}`,
    columns: ['function', '% of busy', 'ms'],
    rows: busy
      .slice(0, HOTTEST)
      .map(([name, time]) => [name, ((100 * time) / total).toFixed(1), (time / 1000).toFixed(0)]),
  };
}
