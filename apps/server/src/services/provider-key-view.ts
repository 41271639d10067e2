import {
  type CostPrice,
  HIDDEN_SECRET,
  type ProviderKeyState,
  type ProviderKeyView,
} from '@meridian/contract';
import { type Millionths, scale, toDollars } from '@meridian/core/kernel';
import type { KeyUsage } from '@meridian/core/ledger';
import { hideSecrets, type KeyHealth, type ProviderKeyRow } from '@meridian/core/routing';

/** Characters of a secret that are shown of it. */
const PARTIAL_CHARS = 4;
/** A shorter secret would be told too much of. */
const SECRET_CHARS_MIN = 20;

/** What is known of a key besides what is stored; absent for one that this node has not loaded. */
export interface KeyFacts {
  readonly health: KeyHealth | undefined;
  /** Absent without any. */
  readonly usage: KeyUsage | undefined;
  /** The owner's. */
  readonly rates: Millionths;
}

function stateOf(row: ProviderKeyRow, health: KeyHealth | undefined): ProviderKeyState {
  if (!row.status) return 'disabled';
  return health?.rest ? 'sleeping' : 'active';
}

/** A key as it is shown: never its secrets. */
export function viewProviderKey(
  row: ProviderKeyRow,
  { health, usage, rates }: KeyFacts,
): ProviderKeyView {
  const rest = health?.rest;
  return {
    ID: row.id,
    Name: row.name,
    Level: row.level,
    Provider: row.provider,
    Status: row.status,
    Weight: row.weight,
    RPM: row.caps.rpm ?? null,
    TPM: row.caps.tpm ?? null,
    Concurrency: row.caps.concurrency ?? null,
    Config: hideSecrets(row.config),
    CostPrice: row.costPrice as CostPrice | null,
    SecretKey: HIDDEN_SECRET,
    PartialKey: partialKey(row),
    UsageToday: {
      Requests: usage?.requests ?? 0,
      Cost: usage ? toDollars(scale(usage.cost, rates)) : 0,
    },
    Health: viewHealth(row, health),
    ...(rest ? { SleepUntil: iso(rest.until) } : {}),
    CreatedAt: iso(row.createdAt),
    UpdatedAt: iso(row.updatedAt),
  };
}

function viewHealth(row: ProviderKeyRow, health: KeyHealth | undefined): ProviderKeyView['Health'] {
  return {
    State: stateOf(row, health),
    Cause: health?.rest?.cause ?? null,
    Failures: health?.failures ?? 0,
    SleepTimes: health?.sleeps ?? 0,
    Outstanding: health?.outstanding ?? 0,
    PausedModels: Object.fromEntries(
      (health?.paused ?? []).map(({ model, until }) => [model, iso(until)]),
    ),
  };
}

function partialKey({ secret }: ProviderKeyRow): string {
  const plain = secret.reveal();
  return plain.length < SECRET_CHARS_MIN ? '' : plain.slice(-PARTIAL_CHARS);
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
