import { Failure, invalid } from '../../kernel/index.ts';
import { type ResponsesCall, referenceOf, withInput } from '../../protocols/index.ts';
import { itemsOfInput, portable, referencesIn } from './items.ts';
import type { FoundItem, FoundResponse, ResponseStore, WireObject } from './store.ts';

/** Responses that one request can go back on. */
const CHAIN_RESPONSES_MAX = 1_000;
/** What they may have together, as they are kept. */
const CHAIN_BYTES_MAX = 32 * 1024 * 1024;
/** Earlier items that one request may refer to. */
const REFERENCES_MAX = 1_000;

/** A request with everything in it that it refers to. */
export interface ExpandedCall {
  /** What any upstream can be given; the call itself where it refers to nothing. */
  readonly call: ResponsesCall;
  /**
   * The provider key at whose upstream all of it is stored: asked by this key in its own wire, it may be
   * given the request as the client sent it (`call.original`).
   */
  readonly upstreamKeyId: number | undefined;
  /** What the client sent itself, references resolved. */
  readonly ownItems: readonly WireObject[];
}

/** Whether a request refers to earlier responses or their items. */
export function refersBack(call: ResponsesCall): boolean {
  return call.previousResponseId !== undefined || call.hasReferences;
}

/** The items that the client sent. */
export function ownItemsOf({ body, scanned }: ResponsesCall): readonly WireObject[] {
  const span = scanned.fields.get('input');
  if (!span) return [];
  return itemsOfInput(JSON.parse(body.toString('utf8', span.start, span.end)));
}

/**
 * Puts what a request refers to into its input. Throws `previous_response_not_found`, or
 * `invalid_request` naming the field, where it is not there (any more) or belongs to somebody else, and
 * `request_too_large`.
 */
export async function expandPrevious(
  accountId: number,
  call: ResponsesCall,
  store: ResponseStore,
): Promise<ExpandedCall> {
  const items = ownItemsOf(call);
  const { previousResponseId } = call;
  const [context, found] = await Promise.all([
    previousResponseId === undefined ? [] : readContext(accountId, previousResponseId, store),
    findReferenced(accountId, referencesIn(items), store),
  ]);
  const ownItems = items.map((item, at) => resolved(item, at, found));
  if (context.length === 0 && found.size === 0) {
    return { call, upstreamKeyId: undefined, ownItems };
  }
  const input = [...context.flatMap(itemsOfResponse), ...ownItems].flatMap(
    (item) => portable(item) ?? [],
  );
  return {
    call: withInput(call, input),
    upstreamKeyId: sharedKey(context.at(-1), [...found.values()]),
    ownItems,
  };
}

async function readContext(
  accountId: number,
  id: string,
  store: ResponseStore,
): Promise<readonly FoundResponse[]> {
  const limits = { responses: CHAIN_RESPONSES_MAX, bytes: CHAIN_BYTES_MAX };
  const { responses, gap } = await store.readChain(accountId, id, limits);
  if (gap?.kind === 'missing') {
    throw new Failure('previous_response_not_found', {
      message: `Previous response with id '${gap.id}' not found.`,
      param: 'previous_response_id',
    });
  }
  if (gap?.kind === 'tooLong') {
    throw new Failure('request_too_large', {
      message: 'The previous responses are too long together; send what matters of them as input.',
      param: 'previous_response_id',
    });
  }
  const unfinished = responses.find(
    ({ status }) => status === 'queued' || status === 'in_progress',
  );
  if (unfinished) {
    throw invalid(
      'previous_response_id',
      `The response '${unfinished.id}' has not ended; wait until it has.`,
    );
  }
  return responses;
}

async function findReferenced(
  accountId: number,
  ids: readonly string[],
  store: ResponseStore,
): Promise<ReadonlyMap<string, FoundItem>> {
  if (ids.length > REFERENCES_MAX) {
    throw invalid('input', `'input' may refer to ${REFERENCES_MAX} earlier items at most.`);
  }
  return ids.length === 0 ? new Map() : store.findItems(accountId, ids);
}

function resolved(item: WireObject, at: number, found: ReadonlyMap<string, FoundItem>): WireObject {
  const id = referenceOf(item);
  if (id === undefined) return item;
  const there = found.get(id);
  if (!there) throw invalid(`input[${at}]`, `Item with id '${id}' not found.`);
  return there.item;
}

/** What a response began with and what came of it. */
function itemsOfResponse({ input, response }: FoundResponse): readonly WireObject[] {
  return [...input, ...itemsOfInput(response.output)];
}

/** The one key whose upstream has it all; what lies before the last response, it has with that one. */
function sharedKey(
  previous: FoundResponse | undefined,
  items: readonly FoundItem[],
): number | undefined {
  const keys = [...(previous ? [previous] : []), ...items].map((each) => each.upstreamKeyId);
  const [first] = keys;
  return keys.every((key) => key === first) ? first : undefined;
}
