import type { Call } from '../dialect.ts';
import type { UpstreamError } from '../neutral/answer.ts';
import type {
  EmbeddingAbility,
  EmbeddingAnswer,
  EmbeddingLoss,
  EmbeddingRequest,
} from '../neutral/embedding.ts';
import type { WireTarget } from '../wire.ts';

/** The upstream's half of a way to ask for vectors. Pure. */
export interface EmbeddingUpstream {
  readonly name: string;
  encode(
    request: EmbeddingRequest,
    target: WireTarget,
  ): { readonly body: Buffer; readonly losses: readonly EmbeddingLoss[] };
  /** Undefined when the bytes are no answer. */
  decode(body: Buffer): EmbeddingAnswer | undefined;
  readError(body: Buffer): UpstreamError;
}

/** The client's half. Pure. */
export interface EmbeddingClient<C extends Call> {
  readonly name: string;
  /** Throws `invalid_request` naming the field. */
  read(call: C): EmbeddingRequest;
  write(answer: EmbeddingAnswer, call: C, shownModel: string): Buffer;
  /** The client's own field for what a target cannot do. */
  fieldOf(ability: EmbeddingAbility): string;
}
