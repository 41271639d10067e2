export type { LedgerEvent, OnLedgerEvent } from './events.ts';
export type { KeyUsage, KeyUsageStore } from './key-usage-store.ts';
export { createLedger, type LedgerDeps, type LedgerNode } from './ledger-node.ts';
export type { LedgerOptions } from './ledger-options.ts';
export type {
  AccountClosing,
  ClosingDone,
  Grant,
  LedgerManagement,
  MovementDone,
  MovementRefusal,
  TakeBack,
} from './management.ts';
export type { MarginCell, MarginFigures, MarginStore } from './margin-store.ts';
export {
  type Beat,
  type Closing,
  type ClosingAnswer,
  type CrashPoint,
  type DueWallet,
  type LeaseAnswer,
  type LeaseCall,
  type LeaseStatus,
  type LedgerStore,
  type Orphan,
  type PotAmount,
  type PotName,
  type PotSignals,
  type Recall,
  type Registration,
  type SettleAnswer,
  type SettleBatch,
  type SettleRow,
  StoreFault,
  type Transfer,
  type TransferAnswer,
  type TransferStatus,
} from './store.ts';
export type {
  Balance,
  Budget,
  CreditCard,
  Discrepancy,
  Hold,
  HoldRefusal,
  Ledger,
  Party,
  Payer,
  UsageRecord,
} from './types.ts';
export type {
  AccountShare,
  ModelDay,
  StoredUsage,
  UsageBill,
  UsageFigures,
  UsagePage,
  UsageQuery,
  UsageScope,
  UsageStore,
  UsageSubject,
  UsageSum,
} from './usage-store.ts';
