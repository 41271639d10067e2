import type { Clock, Failure } from '../kernel/index.ts';
import {
  type AnswerView,
  DROP_PARAMS_HEADER,
  droppedHeader,
  lossesToFailure,
  typeOfForm,
  vitalLosses,
  type WireTarget,
} from '../protocols/index.ts';
import {
  type Patience,
  type Provider,
  patienceWith,
  type Silence,
  type UpstreamKey,
  type UpstreamRequest,
} from '../providers/index.ts';
import type { Candidate } from '../routing/index.ts';
import type { Flight } from './flight.ts';
import type { ModelSizes } from './place-hold.ts';
import { noWayFailure } from './refusal.ts';
import type { SeenPrompts } from './seen-prompts.ts';
import type { Surface, Way } from './surface.ts';

/** What writing a request for a target needs. */
export interface PrepareDeps {
  readonly providers: (candidate: Candidate) => Provider;
  readonly surface: Surface;
  readonly sizes: ModelSizes;
  readonly clock: Clock;
  readonly prompts: SeenPrompts;
}

/** Monotonic milliseconds at which no answer is waited for any longer. */
export function deadlineOf({ plan, startedAt }: Flight): number {
  return startedAt + plan.deadlineMs;
}

/** A request that is ready to be sent to one target. */
export interface Prepared extends Pick<Way, 'relay'> {
  readonly candidate: Candidate;
  readonly request: UpstreamRequest;
  readonly view: AnswerView;
  /** The stream comes in binary frames. */
  readonly isBinary: boolean;
  /** Monotonic milliseconds at which this attempt is given up. */
  readonly expiresAtMs: number;
}

/**
 * Writes the request for a target. A failure where the target has no such endpoint, or cannot do what
 * is asked, which the client has not allowed to be dropped.
 */
export function prepare(
  flight: Flight,
  candidate: Candidate,
  deps: PrepareDeps,
): Prepared | Failure {
  const { call, arrival } = flight;
  const { key, upstreamModel, model } = candidate;
  const provider = deps.providers(candidate);
  const way = deps.surface.wayTo(provider, key, model, call);
  if (!way) return noWayFailure(call.model, arrival.endpoint);
  const { endpoint, relay } = way;
  const target = {
    ...targetOf(provider, candidate, deps.sizes),
    ...cachingFor(flight, way, candidate, deps),
    ...wishesOf(flight),
  };
  const { body, losses, form } = relay.writeRequest(call, target);
  const refusal = lossesToFailure(target.mayDrop ? vitalLosses(losses) : losses);
  if (refusal) return refusal;
  flight.dropped = droppedHeader(losses);
  const asked = { endpoint, model: upstreamModel, body, stream: call.isStream };
  const request = provider.request(
    key,
    { ...asked, clientHeaders: arrival.headers, ...(form && { contentType: typeOfForm(form) }) },
    { nowMs: deps.clock.now() },
  );
  const view = viewOf(flight, candidate);
  const isBinary = endpoint === 'converse';
  const patience = patienceWith(provider.kind, key.config);
  const silence = silenceOf(call, patience);
  const sent = { ...request, silence, ...(form && { form }) };
  const expiresAtMs = Math.min(deadlineOf(flight), deps.clock.monotonic() + patience.totalMs);
  return { candidate, relay, request: sent, view, isBinary, expiresAtMs };
}

/** A model at an upstream. */
type AskedTarget = { readonly key: UpstreamKey } & Pick<Candidate, 'model' | 'upstreamModel'>;

/** What the target itself asks of a request. */
export function targetOf(
  provider: Provider,
  { key, upstreamModel, model }: AskedTarget,
  sizes: ModelSizes,
): WireTarget {
  const quirks = provider.quirks(key);
  const { maxOutputTokens } = sizes.sizeOf(model);
  return {
    model: upstreamModel,
    canonical: model,
    includeUsage: quirks.includeUsage,
    outputField: quirks.outputBound === 'either' ? 'max_tokens' : quirks.outputBound,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(quirks.unsupported && { unsupported: quirks.unsupported }),
    ...(quirks.fieldNames && { fieldNames: quirks.fieldNames }),
    ...(provider.kind === 'vertex' && { isVertex: true }),
  };
}

/** What the client and its balance ask of it. */
function wishesOf({ arrival, outputBound }: Flight): Pick<WireTarget, 'outputBound' | 'mayDrop'> {
  const mayDrop = arrival.headers(DROP_PARAMS_HEADER)?.toLowerCase() === 'true';
  return { mayDrop, ...(outputBound === undefined ? {} : { outputBound }) };
}

/** A whole answer is silent until it is there. */
function silenceOf({ isStream }: Flight['call'], { idleMs, totalMs }: Patience): Silence {
  return { headMs: isStream ? idleMs : totalMs, bodyMs: idleMs };
}

/**
 * Claude caches prompts only where it is told to. Clients whose wire cannot tell it are helped: with
 * beginnings that were sent before, because writing to the cache costs more than reading the prompt.
 */
function cachingFor(
  { arrival }: Flight,
  { endpoint }: Way,
  { model }: Candidate,
  { surface, prompts }: PrepareDeps,
): Pick<WireTarget, 'isWorthCaching'> {
  if (endpoint !== 'messages' && endpoint !== 'converse') return NO_CACHING;
  if (surface.name === 'messages' || !CLAUDE.test(model)) return NO_CACHING;
  const { accountId } = arrival.caller;
  return { isWorthCaching: (beginning) => prompts.wasSeen(accountId, model, beginning) };
}

const NO_CACHING = {};
const CLAUDE = /claude/i;

function viewOf({ arrival, call }: Flight, { upstreamModel }: Candidate): AnswerView {
  return {
    shownModel: upstreamModel === call.model ? undefined : call.model,
    requestId: arrival.requestId,
    createdAt: Math.floor(arrival.receivedAt / 1000),
  };
}
