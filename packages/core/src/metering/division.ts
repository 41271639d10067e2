/** a / b rounded down, for a ≥ 0 and b > 0. */
export function divideDown(a: bigint, b: bigint): bigint {
  if (a < 0n || b <= 0n) throw new RangeError('dividend must not be negative, divisor positive');
  return a / b;
}

/** a / b rounded up, for a ≥ 0 and b > 0. */
export function divideUp(a: bigint, b: bigint): bigint {
  return divideDown(a + b - 1n, b);
}
