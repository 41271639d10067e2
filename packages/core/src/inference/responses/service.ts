import { Failure, invalid, notFound } from '../../kernel/index.ts';
import { replayResponse } from '../../protocols/index.ts';
import { isObject, itemsOfInput } from './items.ts';
import type { FoundResponse, ResponseStore, RunningResponse, WireObject } from './store.ts';
import { eventsBehind } from './stream-log.ts';

const PAGE_DEFAULT = 20;
const PAGE_MAX = 100;
/** Responses before the one asked for whose items are listed with its own. */
const LISTED_RESPONSES_MAX = 1_000;
const LISTED_BYTES_MAX = 32 * 1024 * 1024;

/** Which part of a list is asked for, as it comes in a query. */
export interface PageQuery {
  /** The id of the item behind which the page begins. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  readonly order?: string | undefined;
}

/** A page of items in the shape of the API. */
export interface ItemPage {
  readonly object: 'list';
  readonly data: readonly WireObject[];
  readonly first_id: string | null;
  readonly last_id: string | null;
  readonly has_more: boolean;
}

/** What is done with kept responses, for one account each. All throw `not_found`. */
export interface ResponsesService {
  read(accountId: number, id: string): Promise<WireObject>;
  /**
   * The response as a stream of events, from the one behind the number `after` on. One that is
   * streamed in the background on this node goes on as it comes; any other that has not ended throws
   * `conflict`.
   */
  replay(accountId: number, id: string, after?: number): Promise<string | AsyncIterable<string>>;
  remove(accountId: number, id: string): Promise<WireObject>;
  /** Ends a response that runs in the background; one that has ended stays as it is. */
  cancel(accountId: number, id: string): Promise<WireObject>;
  /** What a response was made from, the newest first unless asked otherwise. */
  listInputItems(accountId: number, id: string, query: PageQuery): Promise<ItemPage>;
}

/** What the service is made of. */
export interface ResponsesServiceDeps {
  readonly store: ResponseStore;
  /** Stops a response that runs on this node; those of others notice by themselves. */
  stop(running: RunningResponse): void;
  /** The stream of one that runs on this node. */
  watch(running: RunningResponse): AsyncIterable<Buffer> | undefined;
}

/** Fetching, deleting and cancelling kept responses. */
export function createResponsesService(deps: ResponsesServiceDeps): ResponsesService {
  const { store, stop, watch } = deps;

  async function find(accountId: number, id: string): Promise<FoundResponse> {
    const found = await store.read(accountId, id);
    if (!found) throw notFound(`Response with id '${id}'`);
    return found;
  }

  return {
    async read(accountId, id) {
      return shown(await find(accountId, id));
    },
    async replay(accountId, id, after) {
      // Its first events may have reached a client before it is kept.
      const live = watch({ accountId, id });
      if (live) return eventsBehind(live, after ?? -1);
      const response = shown(await find(accountId, id));
      if (isRunning(response.status)) {
        throw new Failure('conflict', {
          message: 'The response still runs; fetch it without stream until it has ended.',
        });
      }
      return replayResponse(response, after);
    },
    async remove(accountId, id) {
      if (!(await store.remove(accountId, id))) throw notFound(`Response with id '${id}'`);
      stop({ accountId, id });
      return { id, object: 'response', deleted: true };
    },
    async cancel(accountId, id) {
      const found = await find(accountId, id);
      if (!found.isBackground) {
        throw invalid('response_id', 'Only responses that run in the background can be cancelled.');
      }
      if (!isRunning(found.status) || found.isLost) return shown(found);
      const response = { ...found.response, status: 'cancelled' };
      const cancelled = { ...found, status: 'cancelled' as const, response };
      const isCancelled = await store.advance(accountId, cancelled);
      stop({ accountId, id });
      // It may have ended in the moment between.
      return isCancelled ? response : shown(await find(accountId, id));
    },
    async listInputItems(accountId, id, query) {
      const limits = { responses: LISTED_RESPONSES_MAX, bytes: LISTED_BYTES_MAX };
      const { responses } = await store.readChain(accountId, id, limits);
      const last = responses.at(-1);
      if (!last) throw notFound(`Response with id '${id}'`);
      const before = responses
        .slice(0, -1)
        .flatMap(({ input, response }) => [...input, ...itemsOfInput(response.output)]);
      return pageOf([...before, ...last.input], query);
    },
  };
}

function isRunning(status: unknown): boolean {
  return status === 'queued' || status === 'in_progress';
}

/** One that is lost has failed: nobody will ever finish it. */
function shown({ response, isLost }: FoundResponse): WireObject {
  if (!isLost) return response;
  const message = 'The server that ran the response has stopped.';
  return { ...response, status: 'failed', error: { code: 'server_error', message } };
}

/** A page of a list that is given the oldest first. Throws `invalid_request`. */
export function pageOf(items: readonly WireObject[], query: PageQuery): ItemPage {
  const { after, limit = PAGE_DEFAULT, order = 'desc' } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX) {
    throw invalid('limit', `'limit' must be an integer from 1 to ${PAGE_MAX}.`);
  }
  if (order !== 'asc' && order !== 'desc') {
    throw invalid('order', "'order' must be 'asc' or 'desc'.");
  }
  const ordered = order === 'asc' ? items : [...items].reverse();
  const start = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) {
    throw invalid('after', `There is no item with the id '${after}' in this list.`);
  }
  const data = ordered.slice(start, start + limit).filter(isObject);
  return {
    object: 'list',
    data,
    first_id: idOf(data[0]),
    last_id: idOf(data.at(-1)),
    has_more: start + limit < ordered.length,
  };
}

function idOf(item: WireObject | undefined): string | null {
  return typeof item?.id === 'string' ? item.id : null;
}
