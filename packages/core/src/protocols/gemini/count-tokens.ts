import type { CallPath } from '../dialect.ts';
import { type Fields, fieldsOf, isFields, numberOf, parseJson } from '../json/values.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { EncodedRequest, WireTarget } from '../wire.ts';
import { decodeGemini, fieldsOfBody, type GeminiRequest } from './decode.ts';
import { field } from './fields.ts';
import { writeFields } from './write-request.ts';

/**
 * Reads a `countTokens` request as the `generateContent` request whose tokens are to be counted: its
 * contents stand there alone, or as a whole request in `generateContentRequest`. Throws `invalid_json`
 * or `invalid_request` naming the field.
 */
export function decodeGeminiCountTokens(raw: Buffer, path: CallPath): GeminiRequest {
  const counted = { ...path, isStream: false };
  const inside = field(fieldsOfBody(raw), 'generateContentRequest');
  const body = isFields(inside) ? Buffer.from(JSON.stringify(inside)) : raw;
  return decodeGemini(body, counted);
}

/** A `countTokens` request; Vertex AI takes the fields of the counted one as they are. */
export function encodeGeminiCountTokens(
  request: NeutralRequest,
  target: WireTarget,
): EncodedRequest {
  const { fields, losses } = writeFields(request, target);
  const counted: Fields =
    target.isVertex === true
      ? fields
      : { generateContentRequest: { model: `models/${target.model}`, ...fields } };
  return { body: Buffer.from(JSON.stringify(counted)), losses };
}

/** The answer to `countTokens`. */
export function writeGeminiTokenCount(tokens: number): object {
  return {
    totalTokens: tokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: tokens }],
  };
}

/** The tokens that an upstream counted; undefined when the bytes are no such answer. */
export function readGeminiTokenCount(body: Buffer): number | undefined {
  return numberOf(fieldsOf(parseJson(body.toString('utf8'))).totalTokens);
}
