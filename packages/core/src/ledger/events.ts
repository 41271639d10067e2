import type { UsageRecord } from './types.ts';

/** What the ledger tells about itself, for logs and metrics. */
export type LedgerEvent =
  | { readonly kind: 'registered'; readonly nodeId: number }
  | { readonly kind: 'fenced'; readonly nodeId: number }
  | { readonly kind: 'settled'; readonly rows: number; readonly tookMs: number }
  /** A record that the store refuses for good; its charge is lost unless somebody acts. */
  | { readonly kind: 'settleFailed'; readonly record: UsageRecord; readonly error: unknown }
  /** Charges whose lease had been taken back because the node was silent for too long. */
  | { readonly kind: 'late'; readonly nodeId: number; readonly pots: readonly number[] }
  | { readonly kind: 'reaped'; readonly nodeId: number; readonly pot: number }
  | { readonly kind: 'storeFault'; readonly operation: string; readonly error: unknown };

export type OnLedgerEvent = (event: LedgerEvent) => void;
