import type { Parameter, Row } from './database.ts';

/** What goes to the database: PostgreSQL's text form, or null. */
export type WireValue = string | null;

type Scalar = Exclude<Parameter, readonly unknown[] | null>;

function scalarText(value: Scalar): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return String(value);
}

function arrayElement(value: Scalar | null): string {
  if (value === null) return 'NULL';
  const text = scalarText(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return text;
  }
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Encodes parameters in text form, so that both drivers send the very same bytes. */
export function encodeParameters(parameters: readonly Parameter[]): WireValue[] {
  return parameters.map((value) => {
    if (value === null) return null;
    if (Array.isArray(value)) return `{${value.map(arrayElement).join(',')}}`;
    return scalarText(value as Scalar);
  });
}

/** Reads one cell's text. */
export type CellParser = (text: string) => unknown;

function parseTimestamp(text: string): Date {
  const iso = text.replace(' ', 'T');
  const zoned = /[+-]\d\d$/.test(iso) ? `${iso}:00` : iso;
  const at = new Date(zoned);
  if (Number.isNaN(at.getTime())) throw new RangeError(`not a representable time: ${text}`);
  return at;
}

function parseBytes(text: string): Buffer {
  return Buffer.from(text.slice(2), 'hex');
}

const asText: CellParser = (text) => text;

const ARRAY_ITEM = /"((?:[^"\\]|\\.)*)"|([^,{}"]+)/gs;

/** Splits the text of a one-dimensional array; NULL becomes null. */
function splitArray(text: string): (string | null)[] {
  return Array.from(text.matchAll(ARRAY_ITEM), ([, quoted, plain = '']) => {
    if (quoted !== undefined) return quoted.replace(/\\(.)/gs, '$1');
    return plain === 'NULL' ? null : plain;
  });
}

function arrayOf(parse: CellParser): CellParser {
  return (text) => splitArray(text).map((item) => (item === null ? null : parse(item)));
}

const bool: CellParser = (text) => text === 't';

/** Type ids of pg_type, which never change between versions. */
const parsers: ReadonlyMap<number, CellParser> = new Map<number, CellParser>([
  [16, bool],
  [17, parseBytes],
  [20, BigInt],
  [21, Number],
  [23, Number],
  [26, Number],
  [114, JSON.parse],
  [199, arrayOf(JSON.parse)],
  [700, Number],
  [701, Number],
  [1000, arrayOf(bool)],
  [1001, arrayOf(parseBytes)],
  [1005, arrayOf(Number)],
  [1007, arrayOf(Number)],
  [1009, arrayOf(asText)],
  [1015, arrayOf(asText)],
  [1016, arrayOf(BigInt)],
  [1021, arrayOf(Number)],
  [1022, arrayOf(Number)],
  [1184, parseTimestamp],
  [1185, arrayOf(parseTimestamp)],
  [1231, arrayOf(asText)],
  [2951, arrayOf(asText)],
  [3802, JSON.parse],
  [3807, arrayOf(JSON.parse)],
]);

/** The parser of a column type; text for every type that has none of its own. */
export function cellParser(typeId: number): CellParser {
  return parsers.get(typeId) ?? asText;
}

/** Builds rows from the text cells of one result. */
export function decodeRows(
  fields: readonly (readonly [name: string, typeId: number])[],
  cells: readonly (readonly WireValue[])[],
): Row[] {
  const columns = fields.map(([name, typeId]) => [name, cellParser(typeId)] as const);
  return cells.map((line) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      const cell = line[i];
      if (column) row[column[0]] = cell == null ? null : column[1](cell);
    }
    return row;
  });
}
