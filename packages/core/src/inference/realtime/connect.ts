import { permit } from '../../admission/index.ts';
import { Failure, isFailure } from '../../kernel/index.ts';
import { holdAmount } from '../../metering/index.ts';
import { type Reply, scrubBody } from '../../providers/index.ts';
import type { Candidate, RoutePlan } from '../../routing/index.ts';
import { metersTokens } from '../pieces.ts';
import { isRefusal, OUTPUT_TOKENS_WORTHWHILE, refusalFailure } from '../place-hold.ts';
import { unansweredFailure } from '../refusal.ts';
import type { Dial, Knock, Line, RealtimeDeps } from './ports.ts';

/** All attempts to open a session together, in milliseconds. */
const CONNECT_MS_MAX = 30_000;
const NO_BODY = Buffer.alloc(0);

/** What came of an attempt to open a session. */
export type Connection<Socket> =
  | { readonly kind: 'open'; readonly line: Line; readonly socket: Socket }
  /** The caller's own fault, in the upstream's words. */
  | { readonly kind: 'refused'; readonly status: number; readonly body: Buffer };

/**
 * Opens a session at the first target that takes it, before the client hears anything. Nothing is held:
 * that is for each response. Throws the failure for the client.
 */
export async function connect<Socket>(
  knock: Knock,
  dial: Dial<Socket>,
  deps: RealtimeDeps,
): Promise<Connection<Socket>> {
  const { arrival, model } = knock;
  const forbidden = permit(arrival.caller.permits, arrival);
  if (forbidden) throw forbidden;
  const plan = deps.router.plan({ policy: arrival.caller.routing, model });
  if (isFailure(plan)) throw plan;
  await requireCredit(plan, knock, deps);
  const untilMs = deps.clock.monotonic() + CONNECT_MS_MAX;
  const tries: Tries = { count: 0, incapable: undefined };
  let last: Reply | undefined;
  while (deps.clock.monotonic() < untilMs) {
    const candidate = nextTarget(plan, tries, deps);
    if (!candidate) break;
    tries.count++;
    candidate.began();
    const dialed = await dial(requestOf(candidate, knock, deps));
    if ('socket' in dialed) {
      candidate.answered();
      return { kind: 'open', line: { knock, candidate, attempts: tries.count }, ...dialed };
    }
    last = dialed.failed;
    const refused = judge(last, candidate, { knock, deps });
    if (refused) return refused;
  }
  throw last || !tries.incapable ? unansweredFailure(last, plan, tries.count) : tries.incapable;
}

interface Tries {
  count: number;
  /** Why targets were left out. */
  incapable: Failure | undefined;
}

/** Who could not pay for the shortest response does not get a session. */
async function requireCredit(
  plan: RoutePlan,
  { arrival }: Knock,
  { ledger }: RealtimeDeps,
): Promise<void> {
  const { payer, factor } = arrival.caller;
  const tokens = { inputTokensMax: 1, outputTokensMax: OUTPUT_TOKENS_WORTHWHILE };
  const price = plan.dearest((one) => holdAmount({ ...tokens, price: one, factor }));
  const hold = await ledger.hold(payer, holdAmount({ ...tokens, price, factor }));
  if (isRefusal(hold)) throw refusalFailure(hold, { outputTokensMax: 0 });
  ledger.release(hold);
}

/** The next target that has sessions, and a price for what is metered in them. */
function nextTarget(plan: RoutePlan, tries: Tries, deps: RealtimeDeps): Candidate | undefined {
  for (;;) {
    const candidate = plan.next();
    if (!candidate) return undefined;
    const incapable = whyNot(candidate, plan, deps);
    if (!incapable) return candidate;
    tries.incapable ??= incapable;
  }
}

function whyNot(
  candidate: Candidate,
  { requested }: RoutePlan,
  { providers }: RealtimeDeps,
): Failure | undefined {
  if (!providers(candidate).endpoints(candidate.key).includes('realtime')) {
    return new Failure('invalid_request', {
      message: `No upstream of the model ${requested} has realtime sessions.`,
      param: 'model',
    });
  }
  if (metersTokens(candidate.price)) return undefined;
  return new Failure('model_not_priced', {
    message: `The model ${requested} has no price per token; sessions are metered in tokens.`,
    param: 'model',
  });
}

function requestOf(candidate: Candidate, { arrival }: Knock, { providers, clock }: RealtimeDeps) {
  const { key, upstreamModel } = candidate;
  const call = { endpoint: 'realtime', model: upstreamModel, body: NO_BODY, stream: true } as const;
  const asked = { ...call, clientHeaders: arrival.headers };
  return providers(candidate).request(key, asked, { nowMs: clock.now() });
}

/** What a refused opening means: the caller's fault ends it, anything else is tried elsewhere. */
function judge(
  reply: Reply,
  candidate: Candidate,
  { knock, deps }: { readonly knock: Knock; readonly deps: RealtimeDeps },
): Extract<Connection<unknown>, { kind: 'refused' }> | undefined {
  if ('fault' in reply && reply.fault.kind === 'aborted') {
    candidate.ended('abandoned');
    throw new Failure('client_closed_request', { message: 'The client has left.' });
  }
  const verdict = deps.providers(candidate).judge(reply);
  candidate.ended(verdict);
  deps.reporter.attemptFailed(knock, candidate, verdict);
  if (verdict.retry || 'fault' in reply) return undefined;
  const { status, body } = reply;
  return { kind: 'refused', status, body: scrubBody(body, candidate.key.secret) };
}
