import type { ResponseStatus } from '../../protocols/index.ts';

/** A JSON object of the Responses API: a response, or an item. */
export type WireObject = Readonly<Record<string, unknown>>;

/** What is kept of a response. */
export interface KeptResponse {
  readonly id: string;
  readonly status: ResponseStatus;
  /** The response that it goes on from. */
  readonly previousId: string | undefined;
  /** Whether it runs, or ran, without a client waiting for it. */
  readonly isBackground: boolean;
  /** The provider key at whose upstream the same response is stored under the same id. */
  readonly upstreamKeyId: number | undefined;
  /** The response object as the client sees it. */
  readonly response: WireObject;
  /** What the client sent as input, item by item, each with an id; not what it referred to. */
  readonly input: readonly WireObject[];
}

/** A kept response as it is found. */
export interface FoundResponse extends KeptResponse {
  /** It should run, but the node that ran it has not been heard of. */
  readonly isLost: boolean;
}

/** A response with those that it goes on from, the oldest first. */
export interface ResponseChain {
  readonly responses: readonly FoundResponse[];
  /** Why it is not whole: a response of it is gone, or it is longer than what is read at once. */
  readonly gap?: { readonly kind: 'missing'; readonly id: string } | { readonly kind: 'tooLong' };
}

/** An item of an earlier answer. */
export interface FoundItem {
  readonly item: WireObject;
  /** The provider key at whose upstream it is stored too. */
  readonly upstreamKeyId: number | undefined;
}

/** How much of a chain is read at once. */
export interface ChainLimits {
  readonly responses: number;
  /** As they are kept. */
  readonly bytes: number;
}

/** One response that runs on this node. */
export interface RunningResponse {
  readonly accountId: number;
  readonly id: string;
}

/** Largest response with its input that is kept, in bytes of JSON. */
export const KEPT_BYTES_MAX = 16 * 1024 * 1024;

/** So long a response is kept. */
export const KEPT_DAYS = 30;

/** A response that runs is lost when its node has not said so for this long. */
export const LOST_SECONDS = 60;

/**
 * Keeps responses so that later requests can go on from them, for upstreams that do not. Every
 * account has its own: another's are not found. They are gone after `KEPT_DAYS`.
 */
export interface ResponseStore {
  /** Keeps a response; one of the same id is replaced. Throws RangeError above `KEPT_BYTES_MAX`. */
  save(accountId: number, response: KeptResponse): Promise<void>;
  read(accountId: number, id: string): Promise<FoundResponse | undefined>;
  /** The last of the chain is the one asked for; without any, that one is missing. */
  readChain(accountId: number, id: string, limits: ChainLimits): Promise<ResponseChain>;
  /** Items of earlier answers by their ids; those that are not found are not in the map. */
  findItems(accountId: number, ids: readonly string[]): Promise<ReadonlyMap<string, FoundItem>>;
  /** Replaces a response that is queued or runs; false when it has ended, or is gone. */
  advance(accountId: number, response: KeptResponse): Promise<boolean>;
  /** Says that these still run; gives those that do not any more, e.g. because they were cancelled. */
  beat(running: readonly RunningResponse[]): Promise<readonly RunningResponse[]>;
  /** False when there is none. */
  remove(accountId: number, id: string): Promise<boolean>;
  /** Drops what is no longer kept; to be called now and then. */
  sweep(): Promise<void>;
}
