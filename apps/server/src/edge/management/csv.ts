import type { CallContext } from './served-route.ts';

/** One cell; null is empty. */
export type Cell = string | number | boolean | null;

/** Figures as they are written by this process; everything else may come from strangers. */
const FIGURE = /^-?\d+(\.\d+)?$/;
/** What spreadsheets take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const SPECIAL = /[",\r\n]/;

/** Whether a caller wants CSV: what the query says, else what it accepts. */
export function wantsCsv(
  { header }: Pick<CallContext, 'header'>,
  format: 'json' | 'csv' | undefined,
): boolean {
  if (format !== undefined) return format === 'csv';
  return /(^|,)\s*text\/csv\s*(;|,|$)/i.test(header('accept') ?? '');
}

/** Rows as CSV (RFC 4180); texts that a spreadsheet would compute get an apostrophe. */
export function toCsv(head: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [head.join(',')];
  for (const row of rows) lines.push(row.map(toField).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function toField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = FORMULA.test(cell) && !FIGURE.test(cell) ? `'${cell}` : cell;
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What makes an answer CSV that browsers save under a name. */
export function csvHeaders(fileName: string): Readonly<Record<string, string>> {
  return { 'content-disposition': `attachment; filename="${fileName}.csv"` };
}

/** The content type of CSV. */
export const CSV_TYPE = 'text/csv; charset=utf-8; header=present';
