import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, nativeFolder } from './folders.ts';

const PROGRAMS = {
  upstream: ['upstream.c', 'request.c', 'replies.c'],
  load: ['load.c', 'client.c', 'plan.c', 'response.c', 'answer.c', 'tally.c'],
} as const;

function newestSourceMs(): number {
  const files = readdirSync(nativeFolder).map((file) => join(nativeFolder, file));
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

/** Compiles the C programs that are missing or older than any source; resolves to their paths. */
export function buildNative(): Readonly<Record<keyof typeof PROGRAMS, string>> {
  mkdirSync(buildFolder, { recursive: true });
  const paths = { upstream: join(buildFolder, 'upstream'), load: join(buildFolder, 'load') };
  const newest = newestSourceMs();
  for (const name of ['upstream', 'load'] as const) {
    const path = paths[name];
    if (existsSync(path) && statSync(path).mtimeMs > newest) continue;
    const sources = PROGRAMS[name].map((file) => join(nativeFolder, file));
    const flags = ['-O2', '-std=gnu11', '-Wall', '-Wextra'];
    execFileSync('gcc', [...flags, '-o', path, ...sources, '-lm'], { stdio: 'inherit' });
  }
  return paths;
}
