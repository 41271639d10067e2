import type { Call, CallPath, Dialect, WholeAnswer } from '../dialect.ts';

/** What an endpoint is made of whose answer is one JSON document. */
export interface WholeParts<C extends Call> {
  readonly name: string;
  /** Throws `invalid_json` or `invalid_request` naming the field. */
  decode(raw: Buffer, path?: CallPath): C;
  /** The body for an upstream that speaks the same, under its name of the model. */
  withModel(call: C, model: string): Buffer;
  /** Undefined when the bytes are no answer. */
  readWhole(body: Buffer, shownModel: string | undefined): WholeAnswer | undefined;
  /** The text that the model reads, for counting where no usage came. */
  textOfRequest(call: C): string;
}

/** A dialect without streams, whose answers hold no generated text. */
export function createWholeDialect<C extends Call>(parts: WholeParts<C>): Dialect<C> {
  const { name, decode, withModel, readWhole, textOfRequest } = parts;
  return {
    name,
    decode,
    editRequest: (call, { model }) => withModel(call, model),
    readWhole,
    textOfAnswer: () => '',
    textOfRequest,
    openStream() {
      throw new Error(`${name} has no streams`);
    },
    errorEvent: (body) => Buffer.from(`data: ${JSON.stringify(body)}\n\n`),
  };
}
