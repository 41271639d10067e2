import { type Failure, isFailure } from '../../kernel/index.ts';
import {
  decodeResponses,
  inForeground,
  queuedResponse,
  type ResponsesCall,
} from '../../protocols/index.ts';
import type { Arrival, Responder } from '../ports.ts';
import type { BackgroundRuns } from './background-runs.ts';
import { type ExpandedCall, expandPrevious, ownItemsOf, refersBack } from './expand.ts';
import { withIds } from './items.ts';
import { KeepingResponder } from './keeping-responder.ts';
import type { ResponseStore } from './store.ts';

/** What an upstream of the same wire has stored itself. */
export interface UpstreamMemory {
  /**
   * The provider key whose upstream has all that the request refers to: in its own wire it may be given
   * `call.original` as the client sent it.
   */
  readonly knownTo: number | undefined;
  /** Set by the attempt: the key at whose upstream the response is stored under the id that it shows. */
  storedBy: number | undefined;
}

/** A request of the Responses API whose call is read, with everything in it that it refers to. */
export interface PreparedArrival extends Arrival {
  readonly call: ResponsesCall;
  readonly memory: UpstreamMemory;
}

/** What stands before the pipeline of the Responses API. */
export interface ResponsesFrontDeps {
  readonly store: ResponseStore;
  readonly runs: BackgroundRuns;
  /** Never throws. */
  readonly run: (arrival: PreparedArrival, responder: Responder) => Promise<void>;
  /** Answers a request that does not reach the pipeline. */
  readonly refuse: (failure: Failure, arrival: Arrival, responder: Responder) => void;
  readonly onFault: (error: unknown) => void;
}

/** Takes a request of the Responses API; never throws. */
export type ResponsesFront = (arrival: Arrival, client: Responder) => Promise<void>;

/**
 * Gives the pipeline requests that refer to nothing and run in the foreground, and keeps what comes of
 * them: what the API remembers between requests is remembered here, whoever answers.
 */
export function createResponsesFront(deps: ResponsesFrontDeps): ResponsesFront {
  const { store, run, refuse } = deps;
  return async (arrival, client) => {
    let prepared: Prepared;
    try {
      const call = decodeResponses(arrival.body);
      prepared = prepare(arrival, await expand(arrival, call, store));
    } catch (error) {
      if (!isFailure(error)) throw error;
      refuse(error, arrival, client);
      return;
    }
    await run(prepared.arrival, responderFor(prepared, client, deps));
  };
}

interface Prepared {
  readonly arrival: PreparedArrival;
  readonly sent: ResponsesCall;
  readonly ownItems: ExpandedCall['ownItems'];
}

async function expand(
  { caller }: Arrival,
  call: ResponsesCall,
  store: ResponseStore,
): Promise<ExpandedCall> {
  if (refersBack(call)) return expandPrevious(caller.accountId, call, store);
  const isKept = call.isStored || call.isBackground;
  return { call, upstreamKeyId: undefined, ownItems: isKept ? ownItemsOf(call) : [] };
}

function prepare(arrival: Arrival, expanded: ExpandedCall): Prepared {
  const sent = expanded.call.original ?? expanded.call;
  const call = sent.isBackground ? inForeground(expanded.call) : expanded.call;
  const memory = { knownTo: expanded.upstreamKeyId, storedBy: undefined };
  const prepared = { ...arrival, body: call.body, call, memory };
  return { arrival: prepared, sent, ownItems: expanded.ownItems };
}

function responderFor(
  { arrival, sent, ownItems }: Prepared,
  client: Responder,
  { store, runs, onFault }: ResponsesFrontDeps,
): Responder {
  const { accountId } = arrival.caller;
  const { requestId, receivedAt, memory } = arrival;
  const previousId = sent.previousResponseId;
  if (sent.isBackground) {
    const createdAt = Math.floor(receivedAt / 1000);
    const queued = queuedResponse({ model: sent.model, requestId, createdAt, call: sent });
    const input = withIds(ownItems, requestId);
    return runs.open({ accountId, queued, previousId, input, isStream: sent.isStream }, client);
  }
  if (!sent.isStored) return client;
  return new KeepingResponder(client, {
    accountId,
    store,
    previousId,
    input: withIds(ownItems, requestId),
    upstreamKeyId: () => memory.storedBy,
    onFault,
  });
}
