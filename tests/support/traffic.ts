import type { Random } from '@meridian/core/kernel';
import { WORLD_MODEL } from '@meridian/testkit';
import { type Form, markOf, usageOf } from './known-usage.ts';

/** Who sends a request. */
export interface Sender {
  readonly accountId: number;
  readonly key: string;
}

/** One request as the client saw it. */
export interface Exchange {
  readonly number: number;
  readonly form: Form;
  readonly accountId: number;
  readonly requestId: string | null;
  /** Null when no response came. */
  readonly status: number | null;
  /** The whole JSON body, or a stream through `[DONE]`, with status 200. */
  readonly isWhole: boolean;
}

/** Clients that send request after request until the server is gone. */
export interface Traffic {
  readonly exchanges: readonly Exchange[];
  /**
   * Sends until the server does not answer any more; resolves when every client has noticed. A few
   * streams do not end, unless the server has to wait for all.
   */
  run(url: string, options?: { readonly areAllFinite: boolean }): Promise<void>;
}

export interface TrafficOptions {
  readonly senders: readonly Sender[];
  readonly random: Random;
  /** Clients that send at the same time. */
  readonly clients: number;
  /** Called whenever a client has got something: headers, a piece, the end. */
  readonly onProgress: () => void;
}

/** Requests that one client sends in a run at most. */
const REQUESTS_PER_RUN_MAX = 1_000;
const PATIENCE_MS = 30_000;
/** Clients that an endless stream keeps busy; the others go on. */
const ENDLESS_MAX = 3;
const DONE = 'data: [DONE]';
/** As large as the prompt that the usage tells of, so that its hold covers it. */
const CONTENT = 'Tell me about meridians. '.repeat(20);

/** What has been seen of a response so far. */
interface Seen {
  requestId: string | null;
  status: number | null;
  isWhole: boolean;
}

/** Makes traffic of seeded forms and senders. */
export function createTraffic(options: TrafficOptions): Traffic {
  const { senders, random, clients, onProgress } = options;
  const exchanges: Exchange[] = [];
  let numbered = 0;
  let endlessLeft = 0;

  function nextForm(): Form {
    const form = formOf(random.fraction());
    if (form !== 'endless') return form;
    return endlessLeft-- > 0 ? form : 'stream';
  }

  /** Resolves to false when the server is gone. */
  async function sendOne(url: string): Promise<boolean> {
    const sender = senders[Math.floor(random.fraction() * senders.length)]!;
    const number = ++numbered;
    const form = nextForm();
    const seen: Seen = { requestId: null, status: null, isWhole: false };
    const leaving = new AbortController();
    const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(PATIENCE_MS)]);
    let isGone = false;
    try {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sender.key}`, 'content-type': 'application/json' },
        body: JSON.stringify(bodyOf(number, form)),
        signal,
      });
      await read(response, { form, seen, leave: () => leaving.abort() });
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') throw error;
      isGone = !leaving.signal.aborted;
    }
    exchanges.push({ number, form, accountId: sender.accountId, ...seen });
    return !isGone;
  }

  async function read(
    response: Response,
    client: { readonly form: Form; readonly seen: Seen; readonly leave: () => void },
  ): Promise<void> {
    const { form, seen, leave } = client;
    seen.requestId = response.headers.get('x-request-id');
    seen.status = response.status;
    onProgress();
    if (form === 'whole' || response.status !== 200) {
      const body = await response.text();
      // What a client takes for whole is a body that it can read.
      seen.isWhole = response.status === 200 && typeof JSON.parse(body) === 'object';
      onProgress();
      return;
    }
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of response.body!) {
      text += decoder.decode(piece, { stream: true });
      if (text.includes(DONE)) seen.isWhole = true;
      onProgress();
      if (form === 'abandoned') leave();
    }
  }

  async function client(url: string): Promise<void> {
    for (let sent = 0; sent < REQUESTS_PER_RUN_MAX; sent++) {
      if (!(await sendOne(url))) return;
    }
    throw new Error('the server outlived a whole run');
  }

  return {
    exchanges,
    async run(url, { areAllFinite } = { areAllFinite: false }) {
      endlessLeft = areAllFinite ? 0 : ENDLESS_MAX;
      await Promise.all(Array.from({ length: clients }, () => client(url)));
    },
  };
}

function formOf(fraction: number): Form {
  if (fraction < 0.45) return 'whole';
  if (fraction < 0.92) return 'stream';
  return fraction < 0.97 ? 'abandoned' : 'endless';
}

function bodyOf(number: number, form: Form): object {
  return {
    model: WORLD_MODEL,
    messages: [{ role: 'user', content: CONTENT }],
    max_tokens: usageOf(number).completion,
    stream: form !== 'whole',
    user: markOf({ number, form }),
  };
}
