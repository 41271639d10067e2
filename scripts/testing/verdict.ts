import { DECLARED_SKIPS, type DeclaredSkip } from './declared-skips.ts';

/** The reason of tests that need Redis where there is none; see `skipWithoutRedis` of the testkit. */
export const NEEDS_REDIS = 'needs Redis';

/** A test that was skipped or marked as to be done. */
export interface SkippedTest {
  /** Path from the repository root. */
  readonly file: string;
  readonly name: string;
  /** Empty when the test gives none. */
  readonly reason: string;
}

/** What a run of test files found. */
export interface RunResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
  /** The files that ran, from the repository root. */
  readonly files: readonly string[];
  /** Files that hold not a single test. */
  readonly emptyFiles: readonly string[];
}

/** What else the verdict depends on. */
export interface Circumstances {
  /** Command lines of processes that the tests left behind. */
  readonly leftovers: readonly string[];
  /** No Redis could be had. */
  readonly isRedisMissing: boolean;
  /** `MERIDIAN_TEST_ALLOW_MISSING` names Redis. */
  readonly mayRedisBeMissing: boolean;
}

export interface Verdict {
  /** What makes the run fail besides failed tests, one line each. */
  readonly problems: readonly string[];
  /** The closing line: `N passed, N failed`, and `, N skipped` when there are any. */
  readonly line: string;
  readonly isGreen: boolean;
}

/** Judges a run: no silent skip, no stale declaration, no empty run. */
export function judge(
  result: RunResult,
  circumstances: Circumstances,
  declared: readonly DeclaredSkip[] = DECLARED_SKIPS,
): Verdict {
  const { passed, failed, skipped } = result;
  const problems = [
    ...(passed + failed === 0 ? ['No test ran.'] : []),
    ...result.emptyFiles.map((file) => `${file}: holds no test.`),
    ...circumstances.leftovers.map((command) => `A test left a process behind: ${command}`),
    ...redisProblems(circumstances),
    ...skipped
      .filter((skip) => !(circumstances.isRedisMissing && skip.reason === NEEDS_REDIS))
      .filter((skip) => !declared.some((entry) => matches(skip, entry)))
      .map(describeUndeclared),
    ...declared
      .filter((entry) => result.files.includes(entry.file))
      .filter((entry) => !skipped.some((skip) => matches(skip, entry)))
      .map((entry) => `${entry.file}: '${entry.test}' is declared as skipped, but is not.`),
  ];
  const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  return {
    problems,
    line: `${passed} passed, ${failed} failed${tail}`,
    isGreen: failed === 0 && problems.length === 0,
  };
}

function redisProblems({ isRedisMissing, mayRedisBeMissing }: Circumstances): string[] {
  if (!isRedisMissing || mayRedisBeMissing) return [];
  return [
    'Redis is missing: the tests that need it did not run. ' +
      'MERIDIAN_TEST_ALLOW_MISSING=redis accepts that.',
  ];
}

function matches(skip: SkippedTest, entry: DeclaredSkip): boolean {
  return skip.file === entry.file && skip.name === entry.test && skip.reason === entry.reason;
}

function describeUndeclared({ file, name, reason }: SkippedTest): string {
  const why = reason === '' ? 'without a reason' : `(${reason})`;
  return `${file}: '${name}' was skipped ${why}, undeclared in scripts/testing/declared-skips.ts.`;
}
