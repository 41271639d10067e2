import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '@meridian/core/kernel';
import { WORLD_MODEL } from '@meridian/testkit';
import { type Form, markOf, usageOf } from '../../tests/support/known-usage.ts';
import type { SiteAccount, SiteNode } from './site.ts';

/** One request as its client saw it; sent once, whatever becomes of it. */
export interface Exchange {
  readonly number: number;
  readonly form: Form;
  readonly accountId: number;
  /** The node, from 0, and which of its lives. */
  readonly node: number;
  readonly life: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly requestId: string | null;
  /** Null when no response came. */
  readonly status: number | null;
  /** The code of an error. */
  readonly code: string | null;
  readonly retryAfter: string | null;
  readonly hasContent: boolean;
  /** The whole JSON body, or a stream through `[DONE]`, with status 200. */
  readonly isWhole: boolean;
}

export interface TrafficOptions {
  readonly nodes: readonly SiteNode[];
  readonly accounts: readonly SiteAccount[];
  readonly random: Random;
  readonly clients: number;
  /** Requests per second of all clients together, at most. */
  readonly rate: number;
  readonly seconds: number;
}

const PATIENCE_MS = 60_000;
const DONE = 'data: [DONE]';
/** As large as the prompt that the usage tells of, so that its hold covers it. */
const CONTENT = 'Tell me about meridians. '.repeat(20);

type Seen = {
  -readonly [K in
    | 'requestId'
    | 'status'
    | 'code'
    | 'retryAfter'
    | 'hasContent'
    | 'isWhole']: Exchange[K];
};

/** Sends requests of the accounts in turn to the nodes that are up, until the time is over. */
export async function runTraffic(options: TrafficOptions): Promise<readonly Exchange[]> {
  const { accounts, nodes, random, clients, rate, seconds } = options;
  const exchanges: Exchange[] = [];
  const startedMs = performance.now();
  const turns = new Map<number, number>();
  let numbered = 0;

  /** The nodes in turn, for each account apart, so that both see the same share of its requests. */
  function nextNode(accountId: number): number {
    for (;;) {
      const turn = (turns.get(accountId) ?? 0) + 1;
      turns.set(accountId, turn);
      if (nodes[turn % nodes.length]?.isUp) return turn % nodes.length;
    }
  }

  async function sendOne(number: number): Promise<void> {
    const account = accounts[number % accounts.length];
    if (!account) throw new Error('traffic without accounts');
    const index = nextNode(account.id);
    const node = nodes[index] as SiteNode;
    const form: Form = random.fraction() < 0.5 ? 'whole' : 'stream';
    const seen: Seen = {
      ...{ requestId: null, status: null, code: null, retryAfter: null },
      ...{ hasContent: false, isWhole: false },
    };
    const { life } = node;
    const startedAt = Date.now();
    try {
      await ask(
        `${node.process.url}/v1/chat/completions`,
        { key: account.key, number, form },
        seen,
      );
    } catch {
      // What was seen until then tells what became of it.
    }
    const what = { number, form, accountId: account.id, node: index, life, startedAt };
    exchanges.push({ ...what, ...seen, endedAt: Date.now() });
  }

  async function client(): Promise<void> {
    for (;;) {
      const number = ++numbered;
      const dueMs = startedMs + (number * 1_000) / rate;
      if (dueMs - startedMs > seconds * 1_000) return;
      const wait = dueMs - performance.now();
      if (wait > 0) await pause(wait);
      await sendOne(number);
    }
  }

  await Promise.all(Array.from({ length: clients }, client));
  return exchanges;
}

interface Ask {
  readonly key: string;
  readonly number: number;
  readonly form: Form;
}

async function ask(url: string, { key, number, form }: Ask, seen: Seen): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: WORLD_MODEL,
      messages: [{ role: 'user', content: CONTENT }],
      max_tokens: usageOf(number).completion,
      stream: form === 'stream',
      user: markOf({ number, form }),
    }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  seen.requestId = response.headers.get('x-request-id');
  seen.status = response.status;
  seen.retryAfter = response.headers.get('retry-after');
  if (form === 'whole' || response.status !== 200) {
    const body = JSON.parse(await response.text()) as { error?: { code?: string } };
    seen.code = body.error?.code ?? null;
    seen.isWhole = response.status === 200;
    return;
  }
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece as Uint8Array, { stream: true });
    if (text.includes('"content":" word')) seen.hasContent = true;
    if (text.includes(DONE)) seen.isWhole = true;
  }
}
