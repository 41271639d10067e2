import assert from 'node:assert/strict';

/** A check of one value in an expected answer. */
export type Check = (value: unknown, path: string) => void;

/** Any number. */
export const someNumber: Check = (value, path) => assert.equal(typeof value, 'number', path);

/** A moment in ISO 8601. */
export const someTime: Check = (value, path) =>
  assert.match(String(value), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, path);

/** A number within a billionth of another: sums of decimals. */
export function about(expected: number): Check {
  return (value, path) => {
    assert.equal(typeof value, 'number', path);
    const isNear = Math.abs(Number(value) - expected) < 1e-9;
    assert.ok(isNear, `${path}: ${String(value)} instead of ${expected}`);
  };
}

/**
 * Compares an answer field by field: exactly the expected fields, each with the expected value, a
 * text that a pattern matches, or a value that a check accepts.
 */
export function assertMatches(actual: unknown, expected: unknown, path = '$'): void {
  if (typeof expected === 'function') {
    (expected as Check)(actual, path);
    return;
  }
  if (expected instanceof RegExp) {
    assert.equal(typeof actual, 'string', path);
    assert.match(String(actual), expected, path);
    return;
  }
  if (typeof expected !== 'object' || expected === null) {
    assert.equal(actual, expected, path);
    return;
  }
  assert.ok(typeof actual === 'object' && actual !== null, `${path}: ${JSON.stringify(actual)}`);
  assert.equal(Array.isArray(actual), Array.isArray(expected), path);
  assert.deepEqual(Object.keys(actual).toSorted(), Object.keys(expected).toSorted(), path);
  for (const [name, value] of Object.entries(expected)) {
    assertMatches((actual as Record<string, unknown>)[name], value, `${path}.${name}`);
  }
}
