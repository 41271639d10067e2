/** A table as text; the first column is left-aligned, the others right-aligned. */
export interface Table {
  readonly title: string;
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function width(table: Table, column: number): number {
  return Math.max(
    ...[table.columns, ...table.rows].map((cells) => cells[column]?.length ?? 0),
    '--:'.length,
  );
}

/** The table in Markdown, padded so that it can be read as it is. */
export function toMarkdown(table: Table): string {
  const widths = table.columns.map((_, column) => width(table, column));
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((size, column) => {
      const cell = cells[column] ?? '';
      return column === 0 ? cell.padEnd(size) : cell.padStart(size);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((size, column) =>
    column === 0 ? '-'.repeat(size) : `${'-'.repeat(size - 1)}:`,
  );
  const lines = [line(table.columns), line(rule), ...table.rows.map(line)];
  return [`### ${table.title}`, '', table.note, '', ...lines, ''].join('\n');
}
