import { type MessagePort, parentPort } from 'node:worker_threads';
import type { Encoding } from './encoding.ts';
import { slices } from './slices.ts';

/** Asks the worker to count the tokens of a text. */
export interface CountRequest {
  readonly id: number;
  readonly text: string;
  readonly encoding: Encoding;
}

/** The worker's answer. */
export interface CountReply {
  readonly id: number;
  readonly tokens: number;
}

type CountTokens = (text: string) => number;

// Control tokens in a text are text like any other: providers never parse them out of content.
const PLAIN = { disallowedSpecial: new Set<string>() };

const loaders: Readonly<Record<Encoding, () => Promise<CountTokens>>> = {
  async o200k_base() {
    const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
    return (text) => countTokens(text, PLAIN);
  },
  async cl100k_base() {
    const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
    return (text) => countTokens(text, PLAIN);
  },
};

/** Answers requests one after the other; a vocabulary is loaded by the first text that needs it. */
function serve(port: MessagePort): void {
  const loaded = new Map<Encoding, Promise<CountTokens>>();

  async function answer({ id, text, encoding }: CountRequest): Promise<void> {
    const loading = loaded.get(encoding) ?? loaders[encoding]();
    loaded.set(encoding, loading);
    const countTokens = await loading;
    let tokens = 0;
    for (const slice of slices(text)) tokens += countTokens(slice);
    port.postMessage({ id, tokens } satisfies CountReply);
  }

  port.on('message', (request: CountRequest) => {
    answer(request).catch((error: unknown) => {
      // An uncaught error ends the thread, which is how the other side learns of it.
      queueMicrotask(() => {
        throw error;
      });
    });
  });
}

if (parentPort) serve(parentPort);
