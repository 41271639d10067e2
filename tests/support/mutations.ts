import type { Random } from '@meridian/core/kernel';

const TOKENS = ['{', '}', '[', ']', '"', ':', ',', '\\', '\\u', 'null', '1e999', '-', ' ', '\n'];
const CHANGES_MAX = 6;

/** Values that programs stumble over. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '🌍'.repeat(50),
  'a'.repeat(5_000),
  '__proto__',
  [],
  [[]],
  [null],
  {},
  { a: { a: { a: {} } } },
  { length: -1 },
  { toString: 1, valueOf: 2 },
];

function below(random: Random, count: number): number {
  return Math.floor(random.fraction() * count);
}

function oneOf<T>(random: Random, list: readonly T[]): T {
  return list[below(random, list.length)] as T;
}

/** A copy of the bytes with a few of them changed, taken out, doubled or moved. */
export function mutateBytes(source: Uint8Array, random: Random): Buffer {
  let bytes = Buffer.from(source);
  for (let changes = 1 + below(random, CHANGES_MAX); changes > 0; changes--) {
    const [a, b] = [below(random, bytes.length + 1), below(random, bytes.length + 1)];
    const [from, to] = [Math.min(a, b), Math.min(Math.max(a, b), Math.min(a, b) + 40)];
    const piece = bytes.subarray(from, to);
    const inserted = oneOf<() => Uint8Array>(random, [
      () => Buffer.alloc(0),
      () => Buffer.concat([piece, piece]),
      () => Buffer.from(oneOf(random, TOKENS)),
      () => Buffer.from([below(random, 256)]),
      () => Buffer.from(piece).reverse(),
    ])();
    bytes = Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(to)]);
  }
  return bytes;
}

/** A copy of the value with something inside replaced by an odd value, or a field added. */
export function mutateValue(source: unknown, random: Random): unknown {
  const isEnd = typeof source !== 'object' || source === null || random.fraction() < 0.15;
  if (isEnd) return oneOf(random, ODD_VALUES);
  if (Array.isArray(source)) {
    const copy: unknown[] = [...source];
    const at = below(random, copy.length + 1);
    copy[at] = mutateValue(copy[at] ?? null, random);
    return copy;
  }
  const copy: Record<string, unknown> = { ...source };
  const name = random.fraction() < 0.1 ? 'x_new' : oneOf(random, Object.keys(copy));
  if (name === undefined) return oneOf(random, ODD_VALUES);
  copy[name] = mutateValue(copy[name] ?? null, random);
  return copy;
}

/** Some bytes of any value. */
export function randomBytes(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: 1 + below(random, most) }, () => below(random, 256)));
}
