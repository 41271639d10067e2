import type { Call, Dialect, StreamTap, WholeAnswer } from '../dialect.ts';
import type { Form } from '../form/form.ts';
import type { UpstreamError } from '../neutral/answer.ts';
import type { WireTarget } from '../wire.ts';
import type { NamedLoss } from './losses.ts';

/** A body for an upstream, and what of the request is not in it. */
export interface RelayedRequest {
  /** Empty where a form is sent instead. */
  readonly body: Buffer;
  readonly form?: Form;
  /** Empty where client and upstream speak the same. */
  readonly losses: readonly NamedLoss[];
}

/** How an answer is shown to the client. */
export interface AnswerView {
  /** The name the client asked for, where the upstream's must not show; undefined = the upstream's. */
  readonly shownModel: string | undefined;
  /** Our id of the request, for ids that the upstream did not give. */
  readonly requestId: string;
  /** Seconds since 1970, for upstreams that do not tell. */
  readonly createdAt: number;
}

/**
 * How one attempt's request goes to an upstream and its answer comes back: as the bytes that came where
 * both sides speak the same, translated where they do not. The pipeline knows no difference.
 */
export interface Relay<C extends Call = Call> {
  /** For logs, e.g. `openai-chat` or `chat-to-messages`. */
  readonly name: string;
  /** Throws `invalid_request` naming the client's field. */
  writeRequest(call: C, target: WireTarget): RelayedRequest;
  /** Undefined when the bytes are no answer of the upstream's wire. */
  readWhole(body: Buffer, call: C, view: AnswerView): WholeAnswer | undefined;
  openStream(call: C, view: AnswerView): StreamTap;
  /** An error body in no vendor's words; undefined where the client may read it as it is. */
  readError(body: Buffer): UpstreamError | undefined;
}

/** Where both sides speak the same dialect: the client's bytes, the upstream's bytes. */
export function createPassage<C extends Call>(dialect: Dialect<C>): Relay<C> {
  return {
    name: dialect.name,
    writeRequest: (call, target) => ({
      body: dialect.editRequest(call, {
        model: target.model,
        forceUsage: target.includeUsage,
        ...boundOf(target),
      }),
      losses: NO_LOSSES,
    }),
    readWhole: (body, _call, view) => dialect.readWhole(body, view.shownModel),
    openStream: (call, { shownModel, requestId, createdAt }) =>
      dialect.openStream({ wantsUsage: call.wantsUsage, shownModel, requestId, createdAt, call }),
    readError: (body) => (isErrorBody(body) ? undefined : { message: body.toString('utf8') }),
  };
}

const NO_LOSSES: readonly NamedLoss[] = [];

function boundOf({ outputBound, outputField = 'max_tokens' }: WireTarget) {
  return outputBound === undefined
    ? {}
    : { outputBound: { field: outputField, tokens: outputBound } };
}

/** Whether a body says `error` as all dialects do: an object in a field of that name. */
export function isErrorBody(body: Buffer): boolean {
  try {
    const value = JSON.parse(body.toString('utf8')) as { error?: unknown } | null;
    return typeof value?.error === 'object' && value.error !== null;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
