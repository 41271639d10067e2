import type { WorkerMetrics } from './messages.ts';

interface Family {
  readonly head: string[];
  readonly samples: string[];
}

const HEAD = /^# (?:HELP|TYPE) (\S+)/;

/** The metrics of several workers as one text: each sample names its worker, each family stands once. */
export function mergeMetrics(all: readonly WorkerMetrics[]): string {
  const families = new Map<string, Family>();
  for (const each of all) addMetrics(families, each);
  const lines = [...families.values()].flatMap(({ head, samples }) => [...head, ...samples]);
  return `${lines.join('\n')}\n`;
}

function addMetrics(families: Map<string, Family>, { worker, text }: WorkerMetrics): void {
  let family: Family | undefined;
  for (const line of text.split('\n').filter(Boolean)) {
    const name = HEAD.exec(line)?.[1];
    if (name === undefined) {
      family?.samples.push(withWorker(line, worker));
      continue;
    }
    family = familyOf(families, name);
    if (!family.head.includes(line)) family.head.push(line);
  }
}

function familyOf(families: Map<string, Family>, name: string): Family {
  const known = families.get(name);
  if (known) return known;
  const made: Family = { head: [], samples: [] };
  families.set(name, made);
  return made;
}

/** `name{labels} value` or `name value`, with one label more. */
function withWorker(sample: string, worker: number): string {
  const label = `worker="${worker}"`;
  const end = sample.lastIndexOf('} ');
  if (end >= 0) {
    const comma = sample[end - 1] === '{' ? '' : ',';
    return `${sample.slice(0, end)}${comma}${label}${sample.slice(end)}`;
  }
  const blank = sample.indexOf(' ');
  return `${sample.slice(0, blank)}{${label}}${sample.slice(blank)}`;
}
