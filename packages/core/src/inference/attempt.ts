import { type Cancel, Failure, type Secret } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { StreamTap, UpstreamError, WholeAnswer } from '../protocols/index.ts';
import {
  createScrubber,
  type Reply,
  scrubBody,
  type Transport,
  type Verdict,
} from '../providers/index.ts';
import type { Candidate } from '../routing/index.ts';
import { capKey, uncapKey } from './cap-key.ts';
import type { WindowDeps } from './claim-windows.ts';
import type { Flight } from './flight.ts';
import { hedge, type RunningTry } from './hedge.ts';
import { createOutputAllowance, type OutputAllowance } from './output-allowance.ts';
import { outputCost } from './place-hold.ts';
import { deadlineOf, type PrepareDeps, type Prepared, prepare } from './prepare-attempt.ts';
import { readmit } from './readmit.ts';
import type { Reporter } from './reporter.ts';
import { LOOK_MS, type RunningAnswers } from './running-answers.ts';
import {
  type StreamEnd,
  StreamExchange,
  type StreamInput,
  type StreamOutcome,
} from './stream-exchange.ts';
import { WholeExchange, type WholeOutcome } from './whole-exchange.ts';

/** After its end marker an upstream has this long to send a late usage and to end. */
const END_GRACE_MS = 1_000;

/** What came out of all attempts together. */
export type Answer =
  | { readonly kind: 'whole'; readonly candidate: Candidate; readonly answer: WholeAnswer }
  | {
      readonly kind: 'stream';
      readonly candidate: Candidate;
      readonly tap: StreamTap;
      readonly end: StreamEnd;
    }
  /** The caller's own fault, in the upstream's words. */
  | {
      readonly kind: 'refused';
      readonly candidate: Candidate;
      readonly reply: Reply;
      readonly verdict: Verdict;
      /** What it says, for a client that does not speak its language. */
      readonly said: UpstreamError | undefined;
    }
  /** No target answered; `reply` is the last one. */
  | { readonly kind: 'unanswered'; readonly reply: Reply | undefined }
  /** No target can do what the request asks for; the first one's refusal. */
  | { readonly kind: 'incapable'; readonly failure: Failure }
  /** The client left before anything was generated. */
  | { readonly kind: 'abandoned' }
  /** The server stops, and nothing was passed on. */
  | { readonly kind: 'stopped' };

/** What attempts need. */
export interface AttemptDeps extends PrepareDeps {
  /** Milliseconds of silence after which a stream is kept alive; 0 for never. */
  readonly keepAliveMs: number;
  readonly transport: Transport;
  readonly ledger: Ledger;
  readonly admission: WindowDeps;
  readonly running: RunningAnswers;
  readonly reporter: Reporter;
}

/** Tries one target after another until one answers; one attempt budget and one deadline for all. */
export async function attempt(flight: Flight, deps: AttemptDeps): Promise<Answer> {
  let last: Extract<Answer, { kind: 'refused' }> | undefined;
  for (;;) {
    if (deps.running.isStopped) return { kind: 'stopped' };
    if (flight.responder.isGone && flight.call.isStream) return { kind: 'abandoned' };
    const prepared = await nextTarget(flight, deps);
    if (!prepared) return lastWord(last, flight.incapable);
    const { candidate } = prepared;
    // Counts as under way while its caps are asked, so that nobody takes the last place twice.
    candidate.began();
    if (candidate.key.caps && !(await capKey(flight, candidate, deps.admission))) {
      candidate.ended('abandoned');
      flight.plan.passOver();
      continue;
    }
    flight.attempts++;
    const result = await tryTarget(flight, prepared, deps);
    if (!('failed' in result)) return result;
    last = judge(flight, result, deps);
    if (!last.verdict.retry) return last;
  }
}

type Refused = Extract<Answer, { kind: 'refused' }>;

/** What a failed attempt means for its key, and for the client if nobody else answers. */
function judge(flight: Flight, { failed: reply, by }: FailedTry, deps: AttemptDeps): Refused {
  const { candidate, relay } = by;
  const verdict = deps.providers(candidate).judge(reply);
  candidate.ended(verdict);
  uncapKey(flight, 0, deps.admission);
  deps.reporter.attemptFailed(flight, candidate, verdict);
  const said = 'fault' in reply ? undefined : relay.readError(reply.body);
  return { kind: 'refused', candidate, reply, verdict, said };
}

function tryTarget(flight: Flight, prepared: Prepared, deps: AttemptDeps): Promise<Tried> {
  if (flight.call.isStream) return tryStream(flight, prepared, deps);
  const { hedgeAfterMs } = flight.plan;
  const first = startWhole(flight, prepared, deps);
  // What is counted in the caps of one key cannot be told apart from another's.
  if (hedgeAfterMs === undefined || prepared.candidate.key.caps) return first.ended;
  return hedge(
    { first, afterMs: hedgeAfterMs, clock: deps.clock },
    {
      second: () => besideOf(flight, deps),
      judge(failed) {
        const refused = judge(flight, failed, deps);
        return refused.verdict.retry ? undefined : refused;
      },
    },
  );
}

/** A second attempt for the same model at another key of the level. */
function besideOf(flight: Flight, deps: AttemptDeps): RunningTry | undefined {
  if (deps.running.isStopped) return undefined;
  const candidate = flight.plan.beside();
  const prepared = candidate && prepare(flight, candidate, deps);
  if (!prepared || prepared instanceof Failure) return undefined;
  prepared.candidate.began();
  flight.attempts++;
  return startWhole(flight, prepared, deps);
}

/**
 * The next target that can do what is asked, with the request for it, and for whose model limits and
 * balance have room.
 */
async function nextTarget(flight: Flight, deps: AttemptDeps): Promise<Prepared | undefined> {
  for (;;) {
    const isLate = deps.clock.monotonic() >= deadlineOf(flight);
    const candidate = isLate ? undefined : flight.plan.next();
    if (!candidate) return undefined;
    const prepared = prepare(flight, candidate, deps);
    if (prepared instanceof Failure) flight.incapable ??= prepared;
    else if (candidate.stage.model === flight.admittedModel) return prepared;
    else if (await readmit(flight, candidate, deps)) return prepared;
    else flight.plan.skipStage();
  }
}

/** After the last target: what every key calls the caller's fault is that, anything else an outage. */
function lastWord(
  last: Extract<Answer, { kind: 'refused' }> | undefined,
  incapable: Failure | undefined,
): Answer {
  if (last?.verdict.cause === 'caller') return last;
  if (!last && incapable) return { kind: 'incapable', failure: incapable };
  return { kind: 'unanswered', reply: last?.reply };
}

/** An attempt that failed, and which. */
export interface FailedTry {
  readonly failed: Reply;
  readonly by: Prepared;
}

/** What came of one attempt. */
export type Tried = Answer | FailedTry;

/** An upstream that echoes its key must not hand it to the caller; the search is native and cheap. */
function withoutSecret(body: Buffer, secret: Secret): Buffer {
  return body.includes(secret.reveal()) ? scrubBody(body, secret) : body;
}

function startWhole(flight: Flight, prepared: Prepared, deps: AttemptDeps): RunningTry {
  const { promise, resolve, reject } = Promise.withResolvers<Tried>();
  const exchange = new WholeExchange(prepared.expiresAtMs, (outcome) => {
    deps.running.remove(exchange);
    try {
      resolve(wholeAnswer(outcome, flight, prepared));
    } catch (error) {
      reject(error);
    }
  });
  deps.running.add(exchange);
  exchange.attach(deps.transport.send(prepared.request, exchange));
  return { ended: promise, stop: () => exchange.stop() };
}

function wholeAnswer(outcome: WholeOutcome, flight: Flight, by: Prepared): Tried {
  const { candidate, relay, view } = by;
  if (outcome.kind === 'failed') return { failed: outcome.reply, by };
  if (outcome.kind === 'stopped') {
    candidate.ended('abandoned');
    return outcome;
  }
  const body = withoutSecret(outcome.body, candidate.key.secret);
  const answer = relay.readWhole(body, flight.call, view);
  if (!answer) {
    return { failed: { fault: { kind: 'protocol', message: 'The answer is unreadable.' } }, by };
  }
  candidate.ended('ok');
  return { kind: 'whole', candidate, answer };
}

async function tryStream(flight: Flight, prepared: Prepared, deps: AttemptDeps): Promise<Tried> {
  const { candidate } = prepared;
  const tap = prepared.relay.openStream(flight.call, prepared.view);
  const outcome = await new Promise<StreamOutcome>((resolve) => {
    let cancelEnd: Cancel | undefined;
    const exchange = new StreamExchange({
      expiresAtMs: prepared.expiresAtMs,
      tap,
      scrubber: createScrubber(candidate.key.secret),
      isBinary: prepared.isBinary,
      responder: flight.responder,
      headers: deps.reporter.headers(flight, candidate),
      keepAlive: keepAliveOf(deps),
      allowance: allowanceOf(flight, candidate, deps.ledger),
      onFirstByte: () => {
        flight.firstByteAt = deps.clock.monotonic();
        candidate.answered();
      },
      onDone() {
        cancelEnd = deps.clock.after(END_GRACE_MS, () => exchange.endNow());
      },
      done(result) {
        cancelEnd?.();
        deps.running.remove(exchange);
        resolve(result);
      },
    });
    deps.running.add(exchange);
    exchange.attach(deps.transport.send(prepared.request, exchange));
  });
  return streamAnswer(outcome, prepared, tap, deps);
}

function keepAliveOf({ surface, keepAliveMs }: AttemptDeps): StreamInput['keepAlive'] {
  const { keepAlive } = surface;
  if (!keepAlive || keepAliveMs === 0) return undefined;
  return { bytes: keepAlive, looks: Math.ceil(keepAliveMs / LOOK_MS) };
}

function streamAnswer(
  outcome: StreamOutcome,
  by: Prepared,
  tap: StreamTap,
  deps: AttemptDeps,
): Tried {
  const { candidate } = by;
  if (outcome.kind === 'failed') return { failed: outcome.reply, by };
  if (outcome.kind !== 'streamed') {
    candidate.ended('abandoned');
    return outcome;
  }
  const { end, fault } = outcome;
  if (fault) candidate.ended(deps.providers(candidate).judge({ fault }));
  else candidate.ended(end === 'complete' ? 'ok' : 'abandoned');
  return { kind: 'stream', candidate, tap, end };
}

function allowanceOf(
  flight: Flight,
  candidate: Candidate,
  ledger: Ledger,
): OutputAllowance | undefined {
  const { call, hold } = flight;
  if (!hold || call.maxOutputTokens !== undefined || flight.outputBound !== undefined) {
    return undefined;
  }
  return createOutputAllowance(flight.heldOutput, (tokens) =>
    ledger.extend(hold, outputCost(candidate.price, tokens, flight)),
  );
}
