/** A test that may be skipped. The entry goes with the skip: one that no longer skips fails the run. */
export interface DeclaredSkip {
  /** Path from the repository root. */
  readonly file: string;
  readonly test: string;
  /** Word for word the reason that the test gives. */
  readonly reason: string;
}

/** All of them. */
export const DECLARED_SKIPS: readonly DeclaredSkip[] = [];
