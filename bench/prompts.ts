import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MODEL = 'gpt-4o-mini';
const MAX_TOKENS = 256;
const LONG_PROMPT_BYTES = 16 * 1024;
const SENTENCE = 'A gateway has to carry long prompts too, with "quotes", tabs\tand lines.\n';

/** What a scenario sends. */
export type PromptKind = 'small' | 'stream' | 'long';

function body(kind: PromptKind): string {
  const long = SENTENCE.repeat(Math.ceil(LONG_PROMPT_BYTES / SENTENCE.length));
  const content = kind === 'long' ? long.slice(0, LONG_PROMPT_BYTES) : 'Hello!';
  const streaming = { stream: true, stream_options: { include_usage: true } };
  return JSON.stringify({
    model: MODEL,
    ...(kind === 'stream' ? streaming : {}),
    max_tokens: MAX_TOKENS,
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content },
    ],
  });
}

/** Writes the request bodies into the folder; resolves to their paths. */
export function writePrompts(folder: string): Readonly<Record<PromptKind, string>> {
  const write = (kind: PromptKind): string => {
    const path = join(folder, `prompt-${kind}.json`);
    writeFileSync(path, body(kind));
    return path;
  };
  return { small: write('small'), stream: write('stream'), long: write('long') };
}
