import { placeBreakpoints } from '../anthropic-messages/breakpoints.ts';
import { cacheMinimumTokens } from '../anthropic-messages/models.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { WireTarget } from '../wire.ts';

/** Characters of a prompt that make a token, about. */
const CHARS_PER_TOKEN = 4;

const estimate = (text: string): number => text.length / CHARS_PER_TOKEN;

/**
 * The request with prompt-cache breakpoints where the target asks for them and the client, whose wire
 * has no such thing or who did not use it, set none.
 */
export function withBreakpoints(request: NeutralRequest, target: WireTarget): NeutralRequest {
  const { isWorthCaching, canonical } = target;
  if (!isWorthCaching) return request;
  const minimumTokens = cacheMinimumTokens(canonical);
  return placeBreakpoints(request, { minimumTokens, estimate, isWorthCaching });
}
