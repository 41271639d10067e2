import type { Secret } from '../kernel/index.ts';
import type { Form } from '../protocols/index.ts';

/** Which addresses a request may be sent to: all, or only those of the public internet. */
export type Reach = 'any' | 'public';

/** One HTTP request to an upstream, ready to send. Strings that depend on the key only are memoised. */
export interface UpstreamRequest {
  /** Scheme, host and port, e.g. `https://api.openai.com`. */
  readonly origin: string;
  /** Checked with the address that the connection is made to. */
  readonly reach: Reach;
  /** Path and query. */
  readonly path: string;
  readonly method: 'POST' | 'GET';
  /** Flat list name, value, name, value …; without `content-length` and `host`. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** Sent instead of `body`; its files may be too large for memory. */
  readonly form?: Form;
  /** How long silence is waited out; the transport's own limits where absent. */
  readonly silence?: Silence;
  /** As whom an access token is fetched; the transport sends it as `authorization`. */
  readonly serviceAccount?: ServiceAccount;
}

/** Longest silences of an upstream, in milliseconds. */
export interface Silence {
  /** Before the head of its reply. */
  readonly headMs: number;
  /** Between the bytes of its body; what nobody has read yet is no silence. */
  readonly bodyMs: number;
}

/** A Google service account. */
export interface ServiceAccount {
  readonly projectId: string;
  readonly clientEmail: string;
  /** PEM with real line breaks. */
  readonly privateKey: Secret;
  /** Where its tokens are fetched, where that is not Google's usual address. */
  readonly tokenUri?: string;
}

/** Looks up a response header by its lower-case name. */
export type HeaderLookup = (name: string) => string | undefined;

/** `credentials`: no access token was given for the key, so that nothing was sent. */
export type TransportFaultKind =
  | 'connect'
  | 'timeout'
  | 'reset'
  | 'protocol'
  | 'aborted'
  | 'refused_address'
  | 'credentials';

/** Why an exchange broke without a whole reply. */
export interface TransportFault {
  readonly kind: TransportFaultKind;
  /** For the log; may name hosts, never secrets. */
  readonly message: string;
}

/** Hears one exchange: `onHead`, any `onData`, then exactly one of `onEnd` and `onFault`. */
export interface UpstreamListener {
  onHead(status: number, headers: HeaderLookup): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFault(fault: TransportFault): void;
}

/** A running exchange. Calls after its end do nothing. */
export interface UpstreamExchange {
  /** Stops `onData` until `resume`; at most what is already buffered still arrives. */
  pause(): void;
  resume(): void;
  /** Gives up; the listener hears `onFault` with kind `aborted` unless it already heard the end. */
  abort(): void;
}

/** The network as a port. `send` returns before the listener hears anything. */
export interface Transport {
  send(request: UpstreamRequest, listener: UpstreamListener): UpstreamExchange;
}
