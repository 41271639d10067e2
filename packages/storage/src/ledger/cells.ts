import type { Row } from '../database.ts';

/** Readers of one cell of a row; each throws when the database answers another type. */
function fail(row: Row, name: string): never {
  throw new TypeError(`unexpected value in column ${name}: ${typeof row[name]}`);
}

export function numberOf(row: Row, name: string): number {
  const value = row[name];
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : fail(row, name);
}

export function amountOf(row: Row, name: string): bigint {
  const value = row[name];
  if (typeof value === 'bigint') return value;
  // Sums of int8 are numeric, which comes as text.
  return typeof value === 'string' ? BigInt(value) : fail(row, name);
}

export function textOf(row: Row, name: string): string {
  const value = row[name];
  return typeof value === 'string' ? value : fail(row, name);
}

export function flagOf(row: Row, name: string): boolean {
  const value = row[name];
  return typeof value === 'boolean' ? value : fail(row, name);
}

/** Milliseconds since 1970. */
export function timeOf(row: Row, name: string): number {
  const value = row[name];
  return value instanceof Date ? value.getTime() : fail(row, name);
}

export function numbersOf(row: Row, name: string): readonly number[] {
  const value = row[name];
  return Array.isArray(value) ? value.map(Number) : fail(row, name);
}

/** Null stays null; anything else is read by `read`. */
export function nullOr<T>(row: Row, name: string, read: (row: Row, name: string) => T): T | null {
  return row[name] === null ? null : read(row, name);
}

/** The only row of an answer. */
export function only(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row || rows.length > 1) throw new TypeError(`expected one row, got ${rows.length}`);
  return row;
}
