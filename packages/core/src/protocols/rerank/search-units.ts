import type { PieceCount } from '../dialect.ts';

/** A search unit is a query with up to this many pieces of documents … */
const PIECES_PER_SEARCH = 100;
/** … of so many tokens each, the query's own included. */
const TOKENS_PER_PIECE = 500;
/** Where a document is cut off if the request does not say. */
const TOKENS_PER_DOCUMENT = 4_096;
/** What text has per token on average; no tokenizer has less than one. */
const BYTES_PER_TOKEN_LIKELY = 4;

/** What a request is measured by, in bytes of UTF-8. */
export interface SearchSize {
  readonly query: number;
  readonly documents: readonly number[];
  /** Tokens after which a document is cut off. */
  readonly tokensPerDocument: number | undefined;
}

/** The search units of a ranking, as Cohere counts them. */
export function searchUnits(size: SearchSize): PieceCount {
  return { max: unitsAt(size, 1), likely: unitsAt(size, BYTES_PER_TOKEN_LIKELY) };
}

function unitsAt({ query, documents, tokensPerDocument }: SearchSize, bytesPerToken: number) {
  const cut = tokensPerDocument ?? TOKENS_PER_DOCUMENT;
  let pieces = 0;
  for (const bytes of documents) {
    const tokens = Math.min(bytes / bytesPerToken, cut) + query / bytesPerToken;
    pieces += Math.max(1, Math.ceil(tokens / TOKENS_PER_PIECE));
  }
  return Math.max(1, Math.ceil(pieces / PIECES_PER_SEARCH));
}
