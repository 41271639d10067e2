import { Worker } from 'node:worker_threads';
import { encodingFor } from './encoding.ts';
import type { CountReply, CountRequest } from './worker.ts';

/** Counts tokens where a provider reported none. Never rejects: see `tokensOfBytes`. */
export interface TokenCounter extends AsyncDisposable {
  /** Tokens of `text` for a model (canonical name), by its own or the nearest vocabulary. */
  count(text: string, model: string): Promise<number>;
}

/** Characters of the longest text that is tokenized: 0.2 s for prose, 2–3 s for random letters. */
const TEXT_CHARS_MAX = 1_048_576;
/** Texts and characters that wait at most; more are estimated at once. */
const QUEUE_MAX = 256;
const QUEUE_CHARS_MAX = 4 * TEXT_CHARS_MAX;
/** Crashes in a row after which the thread is given up and every text is estimated. */
const CRASHES_MAX = 5;
/** Heap of the thread; two vocabularies take about 70 MB. */
const WORKER_HEAP_MB = 256;
/** English prose has 4.1 bytes per token, code 3.8, JSON 3.1, Chinese about 4, base64 1.5. */
const BYTES_PER_TOKEN = 3;

/** The estimate where nothing can be counted: one token per three bytes of UTF-8, rounded up. */
export function tokensOfBytes(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

interface Pending {
  readonly text: string;
  resolve(tokens: number): void;
}

/** What a counter may be given; both have sound defaults. */
export interface TokenCounterOptions {
  /** Hears of every crash of the thread. */
  readonly onCrash?: (error: unknown) => void;
  /** Starts the thread. */
  readonly spawn?: () => Worker;
}

/**
 * A counter around one worker thread, started by the first `count`: its vocabulary takes 0.3 to
 * 0.6 s to load, and 80 MB. A crash answers all waiting texts with the estimate; the next text
 * starts a new thread.
 */
export function createTokenCounter(options: TokenCounterOptions = {}): TokenCounter {
  const { onCrash = () => undefined, spawn = spawnWorker } = options;
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let nextId = 0;
  let queuedChars = 0;
  let crashes = 0;
  let disposed = false;

  function start(): Worker {
    const started = spawn();
    started.on('message', ({ id, tokens }: CountReply) => {
      crashes = 0;
      settle(id, tokens);
    });
    started.on('error', (error) => crashed(started, error));
    started.on('exit', (code) => crashed(started, new Error(`the thread exited with ${code}`)));
    return started;
  }

  function settle(id: number, tokens: number): void {
    const waiting = pending.get(id);
    if (!waiting || !pending.delete(id)) return;
    queuedChars -= waiting.text.length;
    if (pending.size === 0) worker?.unref();
    waiting.resolve(tokens);
  }

  function fits(text: string): boolean {
    const isQueueFull = pending.size >= QUEUE_MAX || queuedChars + text.length > QUEUE_CHARS_MAX;
    return text.length <= TEXT_CHARS_MAX && !isQueueFull;
  }

  function crashed(which: Worker, error: unknown): void {
    if (which !== worker) return;
    worker = undefined;
    crashes++;
    onCrash(error);
    for (const [id, { text }] of pending) settle(id, tokensOfBytes(text));
  }

  return {
    async count(text, model) {
      if (text === '') return 0;
      if (!fits(text) || disposed || crashes >= CRASHES_MAX) return tokensOfBytes(text);
      queuedChars += text.length;
      worker ??= start();
      worker.ref();
      const id = nextId++;
      const request: CountRequest = { id, text, encoding: encodingFor(model) };
      worker.postMessage(request);
      return new Promise((resolve) => pending.set(id, { text, resolve }));
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      const last = worker;
      worker = undefined;
      for (const [id, { text }] of pending) settle(id, tokensOfBytes(text));
      await last?.terminate();
    },
  };
}

function spawnWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), {
    name: 'tokenizer',
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
  });
}
