import { Failure } from '../kernel/index.ts';
import { refusalFailure } from '../protocols/index.ts';
import { type Reply, scrub } from '../providers/index.ts';
import type { RoutePlan } from '../routing/index.ts';
import type { Answer } from './attempt.ts';
import type { Surface } from './surface.ts';

/** An upstream's refusal on its way to the caller: its status and, where it is usable, its body. */
export interface PassedRefusal {
  readonly status: number;
  readonly body: Buffer;
}

type Refused = Extract<Answer, { kind: 'refused' }>;

/**
 * The caller's own fault: in the upstream's bytes where the client speaks its language, else in ours.
 * The secret of the attempt is cut out of both.
 */
export function passRefusal(
  { reply, said, candidate }: Refused,
  surface: Surface,
  requestId: string,
): PassedRefusal {
  if ('fault' in reply) throw new Error('a fault is not a refusal');
  const { secret } = candidate.key;
  if (!said) {
    const body = scrub(reply.body.toString('utf8'), secret);
    return { status: reply.status, body: Buffer.from(body) };
  }
  const failure = refusalFailure({ ...said, message: scrub(said.message, secret) }, reply.status);
  const body = Buffer.from(JSON.stringify(surface.errorBody(failure, requestId)));
  return { status: failure.status, body };
}

/** The failure where an upstream has no such endpoint, and none like it. */
export function noWayFailure(model: string, endpoint: string): Failure {
  return new Failure('invalid_request', {
    message: `No upstream of the model ${model} can answer ${endpoint}.`,
    param: 'model',
  });
}

/** The failure after every target was tried. */
export function unansweredFailure(
  reply: Reply | undefined,
  plan: Pick<RoutePlan, 'retryAfterSeconds'>,
  attempts: number,
): Failure {
  const internal = reply === undefined ? 'no attempt' : describe(reply);
  // Credentials that are refused are the operator's affair, however many keys there are.
  if (attempts === 1 && reply && 'fault' in reply && reply.fault.kind !== 'credentials') {
    if (reply.fault.kind === 'timeout') {
      return new Failure('upstream_timeout', {
        message: 'The upstream did not answer in time.',
        internal,
      });
    }
    return new Failure('upstream_error', {
      message: 'The upstream could not be reached.',
      internal,
    });
  }
  return new Failure('upstream_unavailable', {
    message: 'No upstream could answer this request. Retry later.',
    retryAfterSeconds: plan.retryAfterSeconds(),
    internal,
  });
}

function describe(reply: Reply): string {
  return 'fault' in reply
    ? `${reply.fault.kind}: ${reply.fault.message}`
    : `status ${reply.status}`;
}

/** The answer to a request that had got nothing yet when the server stopped. */
export function stoppingFailure(): Failure {
  return new Failure('service_unavailable', {
    message: 'The server is stopping. Send the request again.',
    retryAfterSeconds: 1,
  });
}
