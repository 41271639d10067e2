import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '@meridian/core/kernel';
import {
  chatChunks,
  createFakeUpstream,
  errorReply,
  type FakeUpstream,
  jsonReply,
  type RecordedRequest,
  type Reply,
  sseReply,
} from '@meridian/testkit';
import { answerKnown, numberedOf, usageOf } from '../../tests/support/known-usage.ts';

/** How an upstream fails while it does. */
export type UpstreamFault = 'silent' | 'rate' | 'error' | 'reset' | 'cut' | 'flaky';

/** What an upstream did with one attempt. */
export type Deed = 'answered' | 'silent' | 'refused' | 'reset' | 'cut_before' | 'cut_after';

/** One attempt as its upstream saw it. */
export interface UpstreamEntry {
  /** Which of the upstreams, from 0. */
  readonly upstream: number;
  /** The number that the client gave the request. */
  readonly number: number;
  readonly deed: Deed;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly request: RecordedRequest;
}

/** The provider's side: one server for each provider key, with a log of all that arrived. */
export interface Upstreams extends AsyncDisposable {
  readonly urls: readonly string[];
  readonly entries: readonly UpstreamEntry[];
  /** Makes one fail from now on; undefined makes it well. */
  fail(upstream: number, fault: UpstreamFault | undefined): void;
}

/** Answers take so long, so that there is always something under way. */
const LATENCY_MS_MAX = 400;
/** Pieces of a stream that leave before it is cut: the role alone, or some words too. */
const PIECES_BEFORE = 1;
const PIECES_AFTER = 3;
/** Of the attempts at a flaky upstream, so many fail. */
const FLAKINESS = 0.4;
const RETRY_AFTER_S = '1';

export async function openUpstreams(count: number, random: Random): Promise<Upstreams> {
  await using stack = new AsyncDisposableStack();
  const entries: UpstreamEntry[] = [];
  const faults = new Map<number, UpstreamFault>();
  const servers: FakeUpstream[] = [];

  async function answer(upstream: number, request: RecordedRequest): Promise<Reply> {
    const { number, form } = numberedOf(request);
    const deed = deedOf(faults.get(upstream), form === 'stream', random);
    entries.push({ upstream, number, deed, at: Date.now(), request });
    if (deed === 'answered') await pause(random.fraction() * LATENCY_MS_MAX);
    return replyOf(deed, faults.get(upstream), request);
  }

  for (let i = 0; i < count; i++) {
    const server = stack.use(await createFakeUpstream());
    server.handle((request) => answer(i, request));
    servers.push(server);
  }
  const owned = stack.move();
  return {
    urls: servers.map(({ url }) => url),
    entries,
    fail(upstream, fault) {
      if (fault === undefined) faults.delete(upstream);
      else faults.set(upstream, fault);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function deedOf(fault: UpstreamFault | undefined, isStream: boolean, random: Random): Deed {
  switch (fault) {
    case undefined:
      return 'answered';
    case 'silent':
    case 'reset':
      return fault;
    case 'rate':
    case 'error':
      return 'refused';
    case 'flaky':
      return random.fraction() < FLAKINESS ? 'refused' : 'answered';
    case 'cut':
      return isStream && random.fraction() < 0.5 ? 'cut_after' : 'cut_before';
  }
}

function replyOf(deed: Deed, fault: UpstreamFault | undefined, request: RecordedRequest): Reply {
  switch (deed) {
    case 'answered':
      return answerKnown(request);
    case 'silent':
      return { raw: [], ending: 'never' };
    case 'reset':
      return { raw: [], ending: 'reset' };
    case 'refused':
      return fault === 'rate' ? errorReply(429, { retryAfter: RETRY_AFTER_S }) : errorReply(500);
    case 'cut_before':
    case 'cut_after':
      return cutReply(deed, request);
  }
}

/** An answer that ends in the middle: a body that is shorter than it says, or a stream without its end. */
function cutReply(deed: 'cut_before' | 'cut_after', request: RecordedRequest): Reply {
  const { number, form } = numberedOf(request);
  if (form !== 'stream') return jsonReply({ id: 'cut' }, { contentLength: 4_096, ending: 'cut' });
  const { prompt, completion } = usageOf(number);
  const pieces = [...chatChunks({ promptTokens: prompt, completionTokens: completion + 2 })];
  const sent = pieces.slice(0, deed === 'cut_before' ? PIECES_BEFORE : PIECES_AFTER);
  return sseReply(sent, { ending: 'cut' });
}

/** The words that a stream had sent when it was cut. */
export function sentWords({ request }: UpstreamEntry): string {
  return request.sentText
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice('data: '.length)) as ChatChunk)
    .map(({ choices }) => choices[0]?.delta.content ?? '')
    .join('');
}

interface ChatChunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}
