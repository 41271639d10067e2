import { passedOn } from './client-headers.ts';
import type { UpstreamRequest } from './transport.ts';
import type { UpstreamCall } from './types.ts';

/** Headers of clients that a session is opened with: the version of its events, whom it is for. */
const HEADERS_PASSED_ON = ['openai-beta', 'openai-safety-identifier'];
const NOTHING = Buffer.alloc(0);

/** Where and as whom a session is opened. */
export interface RealtimeDoor extends Pick<UpstreamRequest, 'origin' | 'reach'> {
  /** Path and query. */
  readonly path: string;
  readonly authorization: readonly string[];
}

/** The request that opens a session; the transport adds what makes it an upgrade. */
export function realtimeRequest(
  { authorization, ...place }: RealtimeDoor,
  { clientHeaders }: Pick<UpstreamCall, 'clientHeaders'>,
): UpstreamRequest {
  const headers = [...authorization, ...passedOn(HEADERS_PASSED_ON, clientHeaders)];
  return { ...place, method: 'GET', headers, body: NOTHING };
}
