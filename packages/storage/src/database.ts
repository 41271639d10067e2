/** A value of a query parameter. Arrays are sent as PostgreSQL arrays of one dimension. */
export type Parameter =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | Buffer
  | readonly (string | number | bigint | boolean | null | Date | Buffer)[];

/**
 * A row as the driver gives it: int8 is bigint, timestamptz is Date, json and jsonb are parsed,
 * bytea is Buffer, numeric and every other type is the text that PostgreSQL prints.
 */
export type Row = Readonly<Record<string, unknown>>;

/** How one query is treated. */
export interface QueryOptions {
  /**
   * `high` overtakes waiting queries of normal priority on the embedded database, which has one
   * connection; a server ignores it.
   */
  readonly priority?: 'normal' | 'high';
  /** Names a statement that is sent all the time, so that a server parses it once a connection. */
  readonly name?: string;
}

/** Runs SQL. The same text runs on PostgreSQL and on the embedded database. */
export interface Queries {
  query(
    text: string,
    parameters?: readonly Parameter[],
    options?: QueryOptions,
  ): Promise<readonly Row[]>;
}

/** One database, either kind. */
export interface Database extends Queries, AsyncDisposable {
  readonly kind: 'postgres' | 'embedded';
  /**
   * Runs `work` in one transaction; rolled back when it throws. Inside it only the handed-over
   * `queries` may be used: the embedded database has one connection, which the transaction holds.
   */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** Several statements without parameters in one implicit transaction, e.g. a migration. */
  execute(script: string): Promise<void>;
  /** Calls back on every NOTIFY of the channel, also after a reconnect; resolves to a stop function. */
  listen(channel: string, onMessage: (payload: string) => void): Promise<() => Promise<void>>;
}
