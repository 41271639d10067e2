import type { Clock } from '../kernel/index.ts';
import { type AnswerView, type Call, chatUpstream } from '../protocols/index.ts';
import {
  type Provider,
  type Reply,
  scrub,
  type Transport,
  type TransportFault,
  type UpstreamKey,
  type Verdict,
} from '../providers/index.ts';
import type { ModelSizes } from './place-hold.ts';
import { targetOf } from './prepare-attempt.ts';
import { stoppingFailure } from './refusal.ts';
import type { RunningAnswers } from './running-answers.ts';
import type { Surface, Way } from './surface.ts';
import { WholeExchange, type WholeOutcome } from './whole-exchange.ts';

/** What a model can be asked in a few bytes. */
export type ProbeKind = 'chat' | 'embedding' | 'rerank';

/** A key that is tried with a model. */
export interface ProbeTarget {
  readonly provider: Provider;
  readonly key: UpstreamKey;
  /** Canonical name. */
  readonly model: string;
  readonly upstreamModel: string;
}

/** How a call with a key went. */
export interface ProbeResult {
  /** What the upstream was asked by. */
  readonly endpoint: string;
  readonly ok: boolean;
  /** The upstream's status; undefined where none came. */
  readonly status: number | undefined;
  /** Undefined where it went well. */
  readonly cause: Verdict['cause'] | undefined;
  /** In the upstream's words, without the key in them, or in ours. */
  readonly message: string | undefined;
  readonly latencyMs: number;
}

export interface ProbeDeps {
  readonly transport: Transport;
  readonly running: RunningAnswers;
  readonly sizes: ModelSizes;
  readonly clock: Clock;
  /** The surfaces by name. */
  readonly surfaces: ReadonlyMap<string, Surface>;
}

/** Tries keys with the smallest real calls. Nobody is charged, and no key's state changes. */
export interface Probe {
  /**
   * The call that would be made; undefined where the upstream cannot be asked that. Making it throws
   * `service_unavailable` when the server stops.
   */
  prepare(kind: ProbeKind, target: ProbeTarget): (() => Promise<ProbeResult>) | undefined;
}

/** Milliseconds that a call may take. */
const PROBE_MS_MAX = 30_000;
const OUTPUT_TOKENS = 1;
const MESSAGE_CHARS_MAX = 500;

const QUESTIONS: Readonly<Record<ProbeKind, { readonly surface: string; readonly body: object }>> =
  {
    chat: { surface: 'chat', body: { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } },
    embedding: { surface: 'embeddings', body: { model: 'm', input: 'Hi' } },
    rerank: { surface: 'rerank', body: { model: 'm', query: 'Hi', documents: ['Hi'] } },
  };

interface Question {
  readonly surface: Surface;
  readonly call: Call;
}

export function createProbe(deps: ProbeDeps): Probe {
  const questionOf = (kind: ProbeKind): Question => {
    const { surface: name, body } = QUESTIONS[kind];
    const surface = deps.surfaces.get(name);
    if (!surface) throw new Error(`there is no surface ${name}`);
    return { surface, call: surface.dialect.decode(Buffer.from(JSON.stringify(body))) };
  };
  const questions: Readonly<Record<ProbeKind, Question>> = {
    chat: questionOf('chat'),
    embedding: questionOf('embedding'),
    rerank: questionOf('rerank'),
  };
  return {
    prepare(kind, target) {
      const { surface, call } = questions[kind];
      const way = surface.wayTo(target.provider, target.key, target.model, call);
      return way && (() => ask(target, { way, call }, deps));
    },
  };
}

async function ask(
  target: ProbeTarget,
  { way, call }: { readonly way: Way; readonly call: Call },
  deps: ProbeDeps,
): Promise<ProbeResult> {
  const { transport, running, clock } = deps;
  if (running.isStopped) throw stoppingFailure();
  const request = requestFor(target, way, call, deps);
  const startedAt = clock.monotonic();
  const outcome = await new Promise<WholeOutcome>((resolve) => {
    const exchange = new WholeExchange(startedAt + PROBE_MS_MAX, (result) => {
      running.remove(exchange);
      resolve(result);
    });
    running.add(exchange);
    exchange.attach(transport.send(request, exchange));
  });
  if (outcome.kind === 'stopped') throw stoppingFailure();
  const latencyMs = Math.round(clock.monotonic() - startedAt);
  return { endpoint: way.endpoint, latencyMs, ...judge(outcome, target, way, call) };
}

function requestFor(target: ProbeTarget, way: Way, call: Call, { sizes, clock }: ProbeDeps) {
  const { provider, key, model, upstreamModel } = target;
  const wire = targetOf(provider, { key, model, upstreamModel }, sizes);
  const { body } = way.relay.writeRequest(call, {
    ...wire,
    outputBound: OUTPUT_TOKENS,
    mayDrop: true,
  });
  const asked = { endpoint: way.endpoint, model: upstreamModel, body, stream: false };
  const silence = { headMs: PROBE_MS_MAX, bodyMs: PROBE_MS_MAX };
  return { ...provider.request(key, asked, { nowMs: clock.now() }), silence };
}

type Judgement = Pick<ProbeResult, 'ok' | 'status' | 'cause' | 'message'>;

const VIEW: AnswerView = { shownModel: undefined, requestId: 'probe', createdAt: 0 };
const ANSWERED = 200;

function judge(
  outcome: Exclude<WholeOutcome, { kind: 'stopped' }>,
  { provider, key }: ProbeTarget,
  { relay }: Way,
  call: Call,
): Judgement {
  if (outcome.kind === 'answered') {
    if (relay.readWhole(outcome.body, call, VIEW)) {
      return { ok: true, status: ANSWERED, cause: undefined, message: undefined };
    }
    const message = 'The answer is unreadable.';
    return { ok: false, status: ANSWERED, cause: 'protocol', message };
  }
  const { reply } = outcome;
  const { cause } = provider.judge(reply);
  if ('fault' in reply) {
    return { ok: false, status: undefined, cause, message: FAULTS[reply.fault.kind] };
  }
  const message = said(reply, relay, key);
  return { ok: false, status: reply.status, cause, message };
}

/** What the upstream says, whatever its language. */
function said(
  { body, status }: Exclude<Reply, { fault: TransportFault }>,
  relay: Way['relay'],
  { secret }: UpstreamKey,
): string {
  const { message } = relay.readError(body) ?? chatUpstream.readError(body);
  const text = scrub(message, secret).slice(0, MESSAGE_CHARS_MAX).toWellFormed();
  return text === '' ? `The upstream answered with the status ${status}.` : text;
}

/** The transport's own words may name what is none of the owner's business, such as addresses. */
const FAULTS: Readonly<Record<TransportFault['kind'], string>> = {
  connect: 'No connection could be made.',
  timeout: 'No answer came in time.',
  reset: 'The connection broke off.',
  protocol: 'The upstream did not answer as HTTP servers do.',
  aborted: 'The call was given up.',
  refused_address: 'The address of the upstream may not be reached from here.',
  credentials: 'No access token was given for the key.',
};
