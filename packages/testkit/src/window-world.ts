import type {
  RecordingWindowStore,
  Refusal,
  Reservation,
  WindowSpan,
  WindowSpec,
  WindowUnit,
} from '@meridian/core/admission';

/** A store under test with the clock that it goes by. */
export interface WindowStoreUnderTest extends AsyncDisposable {
  readonly store: RecordingWindowStore;
  /** Moves the store's time, milliseconds. */
  advance(byMs: number): void;
  /** Milliseconds since 1970, as the store sees it. */
  now(): number;
  /** Resolves when everything that was told to the store (adjust, cancel) has been done. */
  settled(): Promise<void>;
}

/** A window of these properties; its id tells them. */
export function windowOf(
  unit: WindowUnit,
  span: WindowSpan,
  limit: number,
  name = 'a',
): WindowSpec {
  const scope = { kind: 'account', accountId: 1 } as const;
  return { id: `${name}:${unit}:${span}`, ownerId: 1, unit, span, limit, scope };
}

/** A test of the suite, with a fresh store. */
export type Fact = (text: string, prove: (world: World) => Promise<void>) => void;
/** A window and an amount; 1 unless it is told. */
export type Claim = readonly [window: WindowSpec, amount?: number];

/** A store with the questions that tests ask it. */
export interface World extends WindowStoreUnderTest {
  reserve(...claims: readonly Claim[]): Promise<Reservation | Refusal>;
  granted(...claims: readonly Claim[]): Promise<Reservation>;
  refused(...claims: readonly Claim[]): Promise<Refusal>;
  used(window: WindowSpec): Promise<number>;
}
