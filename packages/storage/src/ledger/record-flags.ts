import type { UsageRecord } from '@meridian/core/ledger';

const SOURCES = ['provider', 'partial', 'estimate'] as const;
const OUTCOMES = ['complete', 'aborted', 'cut', 'length'] as const;
const STREAMED = 16;

type Flags = Pick<UsageRecord, 'source' | 'outcome' | 'streamed'>;

/** Packs how a request ended into a small number: source, outcome and streamed. */
export function flagsOf({ source, outcome, streamed }: Flags): number {
  return SOURCES.indexOf(source) + 4 * OUTCOMES.indexOf(outcome) + (streamed ? STREAMED : 0);
}

/** Unpacks what `flagsOf` packed. */
export function readFlags(flags: number): Flags {
  return {
    source: SOURCES[flags & 3] ?? 'provider',
    outcome: OUTCOMES[(flags >> 2) & 3] ?? 'complete',
    streamed: (flags & STREAMED) !== 0,
  };
}

/** The number of an outcome among the flags, as `usage_page` takes it. */
export function outcomeNumber(outcome: UsageRecord['outcome']): number {
  return OUTCOMES.indexOf(outcome);
}
