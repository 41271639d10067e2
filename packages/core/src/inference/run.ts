import { permit } from '../admission/index.ts';
import { Failure, isFailure } from '../kernel/index.ts';
import type { StreamTap, WholeAnswer } from '../protocols/index.ts';
import { affinityOf, type Candidate, type Router } from '../routing/index.ts';
import { type Answer, type AttemptDeps, attempt } from './attempt.ts';
import { claimWindows, standingHeaders, type WindowDeps } from './claim-windows.ts';
import { withContentType } from './content-type.ts';
import { type CountDeps, countStream, countWhole, fromProvider, isMetered } from './count-usage.ts';
import { type Flight, openFlight } from './flight.ts';
import { placeHold } from './place-hold.ts';
import type { Arrival, Responder, ResponseHeaders } from './ports.ts';
import { passRefusal, stoppingFailure, unansweredFailure } from './refusal.ts';
import type { Reporter } from './reporter.ts';
import { releaseFlight, type SettleDeps, settle } from './settle.ts';
import { endOfStream } from './stream-end.ts';
import { errorEvent } from './surface.ts';

/** What the pipeline is made of. */
export interface Pipeline {
  readonly router: Router;
  readonly admission: WindowDeps;
  readonly attempts: AttemptDeps;
  readonly counting: CountDeps;
  readonly settlement: SettleDeps;
  /** For surfaces whose answers may refer to something that is to be kept first. */
  readonly presenter?: Presenter;
}

/** Makes of a whole answer what the client gets. */
export interface Presenter {
  /** What the answer refers to is kept when this resolves. */
  present(answer: WholeAnswer, flight: Flight, candidate: Candidate): Promise<WholeAnswer>;
}

/**
 * One request from its body to the last byte of its answer. The stages in their order; whatever
 * happens, the hold ends exactly once and the client gets an answer or an error. Never throws.
 */
export async function run(arrival: Arrival, responder: Responder, line: Pipeline): Promise<void> {
  let flight: Flight | undefined;
  try {
    const { dialect } = line.attempts.surface;
    const call = arrival.call ?? dialect.decode(arrival.body, arrival.path, arrival.form);
    allow(permit(arrival.caller.permits, arrival));
    const { model, service, variant } = call;
    const { accountId, routing: policy } = arrival.caller;
    const affinity = affinityOf(accountId, arrival.body);
    const plan = line.router.plan({ policy, model, service, variant, affinity });
    if (isFailure(plan)) throw plan;
    flight = openFlight({ arrival, responder, call, plan }, line.attempts.clock);
    // Both mostly answer from memory; a promise that is not made is a turn that is not waited.
    const claimed = claimWindows(flight, line.admission);
    if (claimed !== undefined) await claimed;
    const held = placeHold(flight, line.settlement.ledger, line.attempts.sizes);
    if (held !== undefined) await held;
    if (responder.admitted) await responder.admitted();
    const answer = await attempt(flight, line.attempts);
    await conclude(flight, answer, line);
  } catch (error) {
    const failure = asFailure(error, line.attempts.reporter);
    line.attempts.reporter.failed(arrival, failure);
    if (!responder.isGone) await answerFailure(failure, { arrival, responder, flight }, line);
    if (flight) releaseFlight(flight, line.settlement, flight.attempts > 0);
  }
}

function allow(failure: Failure | undefined): void {
  if (failure) throw failure;
}

/** Answers with the upstream's refusal, as an event where a stream had begun to be kept alive. */
function passOn(
  flight: Flight,
  answer: Extract<Answer, { kind: 'refused' }>,
  { reporter, surface }: AttemptDeps,
): void {
  const { responder } = flight;
  const { status, body } = passRefusal(answer, surface, flight.arrival.requestId);
  reporter.refused(flight, status);
  if (responder.isBegun)
    responder.end(surface.dialect.errorEvent(JSON.parse(body.toString('utf8'))));
  else responder.send(status, reporter.refusalHeaders(flight, answer.candidate), body);
}

/** Charges what was answered, and only then lets the last bytes go. */
function conclude(flight: Flight, answer: Answer, line: Pipeline): Promise<void> | undefined {
  switch (answer.kind) {
    case 'whole':
      return concludeWhole(flight, answer, line);
    case 'stream':
      return concludeStream(flight, answer, line);
    case 'refused': {
      releaseFlight(flight, line.settlement, true);
      passOn(flight, answer, line.attempts);
      return undefined;
    }
    case 'unanswered':
      throw unansweredFailure(answer.reply, flight.plan, flight.attempts);
    case 'incapable':
      throw answer.failure;
    case 'stopped':
      throw stoppingFailure();
    case 'abandoned':
      releaseFlight(flight, line.settlement, true);
      line.attempts.reporter.abandoned(flight);
      return undefined;
  }
}

async function concludeWhole(
  flight: Flight,
  { candidate, answer: given }: Extract<Answer, { kind: 'whole' }>,
  line: Pipeline,
): Promise<void> {
  const { presenter } = line;
  const answer = presenter ? await presenter.present(given, flight, candidate) : given;
  const { usage } = answer;
  const counted =
    usage && isMetered(usage, flight.call, candidate.price)
      ? fromProvider(usage, 'provider')
      : await countWhole(flight, answer, line.counting);
  const outcome = flight.responder.isGone ? 'aborted' : 'complete';
  const settled = settle(flight, { candidate, counted, outcome }, line.settlement);
  await settled.isDurable;
  const headers = line.attempts.reporter.headers(flight, candidate, settled.shownCost);
  const body = answer.withUsage?.(settled.record.usage) ?? answer.body;
  flight.responder.send(200, withContentType(headers, answer.contentType), body);
  line.attempts.reporter.charged(flight, settled.record, settled.isSuspicious);
}

async function concludeStream(
  flight: Flight,
  { candidate, tap, end }: Extract<Answer, { kind: 'stream' }>,
  line: Pipeline,
): Promise<void> {
  const { responder } = flight;
  const { price } = candidate;
  const isComplete = end === 'complete';
  const counted = await countStream(flight, { tap, isComplete, price }, line.counting);
  const outcome = end === 'stopped' ? 'cut' : end;
  const settled = settle(flight, { candidate, counted, outcome }, line.settlement);
  await settled.isDurable;
  if (!tap.isCommitted && !responder.isBegun)
    responder.begin(200, streamHeaders(flight, candidate, tap, line.attempts));
  const { usage } = counted;
  const { requestId } = flight.arrival;
  const ended = { tap, end, usage, secret: candidate.key.secret, requestId };
  if (flight.call.isBinary && !isComplete) responder.breakOff(tap.takeTail());
  else responder.end(endOfStream(ended, line.attempts.surface));
  line.attempts.reporter.charged(flight, settled.record, settled.isSuspicious);
}

function streamHeaders(
  flight: Flight,
  candidate: Candidate,
  { contentType }: StreamTap,
  { reporter }: AttemptDeps,
): ResponseHeaders {
  return withContentType(reporter.headers(flight, candidate), contentType);
}

function asFailure(error: unknown, reporter: Reporter): Failure {
  if (isFailure(error)) return error;
  if (error instanceof Error && isFailure(error.cause)) return error.cause;
  reporter.unexpected(error);
  return new Failure('server_error', {
    message:
      'The server could not complete the request. Quote the request id when you report this.',
    cause: error,
  });
}

const NOTHING = Buffer.alloc(0);

interface FailedRequest {
  readonly arrival: Arrival;
  readonly responder: Responder;
  readonly flight: Flight | undefined;
}

async function answerFailure(
  failure: Failure,
  { arrival, responder, flight }: FailedRequest,
  { attempts, admission }: Pipeline,
): Promise<void> {
  if (responder.isBegun) {
    if (flight?.call.isBinary) responder.breakOff(NOTHING);
    else responder.end(errorEvent(attempts.surface, failure, arrival.requestId));
    return;
  }
  const response = attempts.reporter.failureResponse(failure, arrival.requestId, flight);
  const isTold = flight?.claim !== undefined || failure.detail.headers !== undefined;
  const standing = isTold ? [] : await standingHeaders(arrival, admission).catch(() => []);
  responder.send(response.status, [...response.headers, ...standing], response.body);
}
