import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../fixtures');

/** The bytes of a fixture, e.g. `openai-chat/tool-call.sse`. */
export function fixture(path: string): Buffer {
  return readFileSync(resolve(FOLDER, path));
}

/** The names in a folder that have this extension, without it: `text`, `tool-call`, … */
export function fixtureNames(folder: string, extension: 'json' | 'jsonl' | 'sse'): string[] {
  const ending = `.${extension}`;
  return readdirSync(resolve(FOLDER, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}
