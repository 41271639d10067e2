import type { PermitPolicy, RatePolicy, Reservation } from '../admission/index.ts';
import type { Millionths } from '../kernel/index.ts';
import type { Payer } from '../ledger/index.ts';
import type { Call, CallPath, Form } from '../protocols/index.ts';
import type { HeaderLookup } from '../providers/index.ts';
import type { RoutingPolicy } from '../routing/index.ts';

/** One request as the edge hands it over: authenticated, its body read whole. */
export interface Arrival {
  /** UUID v7; the id of the usage record too. */
  readonly requestId: string;
  readonly caller: Caller;
  /** Empty where the request came as a form. */
  readonly body: Buffer;
  readonly form?: Form;
  /** Path of the endpoint, e.g. `/v1/chat/completions`. */
  readonly endpoint: string;
  /** Address of the client behind trusted proxies. */
  readonly address: string;
  /** The call, where what stands before the pipeline has read it already. */
  readonly call?: Call;
  /** What the path says of the request, where it does. */
  readonly path?: CallPath;
  /** The client's headers by lower-case name. */
  readonly headers: HeaderLookup;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** The account behind a key, with everything a request of it needs, resolved once per change. */
export interface Caller {
  readonly accountId: number;
  /** null for the account's own key. */
  readonly namedKeyId: number | null;
  /** Identity of the API key for plan limits. */
  readonly keyId: string;
  readonly payer: Payer;
  readonly permits: PermitPolicy;
  readonly limits: RatePolicy;
  readonly routing: RoutingPolicy;
  /** The platform's price multiplier, and the one that only scales what is shown. */
  readonly factor: Millionths;
  readonly rates: Millionths;
}

/** The client's side of one answer. Bytes only; what they mean is the pipeline's business. */
export interface Responder {
  /** Whether the client hung up before the answer was finished. */
  readonly isGone: boolean;
  /** Whether the head of a response has been given. */
  readonly isBegun: boolean;
  /** Told when the request is admitted and will be tried; the attempts wait for it. */
  admitted?(): Promise<void>;
  /** Calls back once when the client hangs up. A later callback replaces an earlier one. */
  onGone(callback: () => void): void;
  /** A whole response. */
  send(status: number, headers: ResponseHeaders, body: Buffer): void;
  /** Begins a streamed response. */
  begin(status: number, headers: ResponseHeaders): void;
  /** False when the client reads too slowly: wait for `onDrain`. */
  write(bytes: Buffer): boolean;
  /** Calls back whenever the client has caught up. A later callback replaces an earlier one. */
  onDrain(callback: () => void): void;
  end(bytes: Buffer): void;
  /** Ends a streamed response so that its client sees that it is not whole. */
  breakOff(bytes: Buffer): void;
}

/** Header names (lower case) and values, flat. */
export type ResponseHeaders = readonly string[];

/** What was taken from the rate windows, and the headers that tell the caller. */
export interface WindowClaim {
  readonly reservation: Reservation;
  readonly headers: ResponseHeaders;
}
