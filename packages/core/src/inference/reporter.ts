import type { Failure } from '../kernel/index.ts';
import type { UsageRecord } from '../ledger/index.ts';
import type { Verdict } from '../providers/index.ts';
import type { Candidate } from '../routing/index.ts';
import type { Flight } from './flight.ts';
import type { Arrival, ResponseHeaders } from './ports.ts';

/** What the pipeline tells the world besides the answer: headers for the client, events for the operator. */
export interface Reporter {
  /** The headers of an answer; `shownCost` only where it is known before the head leaves. */
  headers(flight: Flight, candidate: Candidate, shownCost?: string): ResponseHeaders;
  /** The headers of a refusal in the upstream's words. */
  refusalHeaders(flight: Flight, candidate: Candidate): ResponseHeaders;
  failureResponse(
    failure: Failure,
    requestId: string,
    flight: Flight | undefined,
  ): { readonly status: number; readonly headers: ResponseHeaders; readonly body: Buffer };
  charged(flight: Pick<Flight, 'attempts'>, record: UsageRecord, isSuspicious: boolean): void;
  refused(flight: Flight, status: number): void;
  abandoned(flight: Pick<Flight, 'arrival'>): void;
  failed(arrival: Arrival, failure: Failure): void;
  attemptFailed(flight: Pick<Flight, 'arrival'>, candidate: Candidate, verdict: Verdict): void;
  unexpected(error: unknown): void;
}
