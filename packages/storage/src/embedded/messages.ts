import type { SqlErrorDetail } from '../sql-errors.ts';
import type { WireValue } from '../wire-values.ts';

/** What the worker is asked to do; one at a time. */
export type Work =
  | { readonly kind: 'query'; readonly text: string; readonly parameters: readonly WireValue[] }
  | { readonly kind: 'script'; readonly text: string }
  | { readonly kind: 'close' };

/** Rows as text cells; the caller's side parses them. */
export interface Table {
  readonly fields: readonly (readonly [name: string, typeId: number])[];
  readonly cells: readonly (readonly WireValue[])[];
  /** The command tag, e.g. `COMMIT`. */
  readonly command: string;
}

/** What the worker sends. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'refused'; readonly detail: SqlErrorDetail }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'notification'; readonly channel: string; readonly payload: string };

/** What the worker is started with. */
export interface WorkerSettings {
  /** The folder of the database itself; it exists. */
  readonly folder: string;
}
