import type { Clock } from '../../kernel/index.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { TokenCounter } from '../../metering/index.ts';
import type { Provider, Reply, UpstreamRequest } from '../../providers/index.ts';
import type { Candidate, Router } from '../../routing/index.ts';
import type { WindowDeps } from '../claim-windows.ts';
import type { ModelSizes } from '../place-hold.ts';
import type { Arrival, Caller } from '../ports.ts';
import type { Reporter } from '../reporter.ts';
import type { SettleDeps } from '../settle.ts';

/** What sessions are made with. */
export interface RealtimeDeps {
  readonly router: Router;
  readonly providers: (candidate: Candidate) => Provider;
  readonly admission: WindowDeps;
  readonly settlement: SettleDeps;
  readonly ledger: Ledger;
  readonly sizes: ModelSizes;
  readonly tokens: Pick<TokenCounter, 'count'>;
  readonly clock: Clock;
  readonly reporter: SessionReporter;
  /** UUIDs of version 7: every response is recorded under one of its own. */
  readonly newId: () => string;
}

/** What the operator is told of sessions. */
export type SessionReporter = Pick<
  Reporter,
  'charged' | 'abandoned' | 'failed' | 'attemptFailed' | 'unexpected'
>;

/** A client that asks for a session, let in by its key. */
export interface Knock {
  /** Its `requestId` is the id of the session. */
  readonly arrival: Arrival;
  /** As the client wrote it. */
  readonly model: string;
  /** The session speaks the words of the beta. */
  readonly isBeta: boolean;
  /** The caller as it is now. Throws `invalid_api_key` once the key is revoked. */
  callerNow(): Caller | Promise<Caller>;
}

/** An open door to an upstream, or its refusal. */
export type Dialed<Socket> = { readonly socket: Socket } | { readonly failed: Reply };

/** Opens a connection to an upstream. Never rejects. */
export type Dial<Socket> = (request: UpstreamRequest) => Promise<Dialed<Socket>>;

/** Where a session leads. */
export interface Line {
  readonly knock: Knock;
  readonly candidate: Candidate;
  readonly attempts: number;
}

/** Why a session ends by itself. */
export type SessionEnd =
  /** The server stops. */
  | 'stopping'
  /** Too many responses in a row had to be refused after the upstream had begun them. */
  | 'refused'
  /** Something is broken here: charges cannot be written. */
  | 'fault';

/** The ways out of a session; what is sent to a side that is gone goes nowhere. */
export interface Outlets {
  toClient(event: Buffer | string): void;
  toUpstream(event: Buffer | string): void;
  /** Asks for the end of the session. */
  end(why: SessionEnd): void;
}
