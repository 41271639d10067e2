import { type CrashPoint, StoreFault } from '@meridian/core/ledger';
import type { Database, Parameter, Row } from '../database.ts';
import { isDefiniteRefusal, sqlState, violatedConstraint } from '../sql-errors.ts';

/** One call of one function of the database. */
export interface Call {
  /** Name of the operation, for crash points. */
  readonly operation: string;
  readonly sql: string;
  readonly parameters?: readonly Parameter[];
  /**
   * Sent for every batch of charges: it goes before others where there is only one connection, and
   * a server keeps it prepared.
   */
  readonly isUrgent?: boolean;
}

/** Makes a call and returns its rows; rejects with a `StoreFault`. */
export type Ask = (call: Call) => Promise<readonly Row[]>;

/** A lock that was not got in time, and a log-in that failed, say nothing about the call itself. */
const WORTH_REPEATING = /^(55P03|28|3D)/;

/** Turns whatever a call died of into what the ledger must know about it. */
export function toStoreFault(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  return new StoreFault(error, {
    isDefinite: isDefiniteRefusal(error) && !WORTH_REPEATING.test(sqlState(error) ?? ''),
    isUncovered: violatedConstraint(error) === 'lease_covers_spent',
  });
}

/** Makes the calls of a ledger store; `crashPoint` lets a test end the process around each. */
export function createAsk(database: Database, crashPoint?: CrashPoint): Ask {
  function send({ operation, sql, parameters, isUrgent }: Call): Promise<readonly Row[]> {
    const options = isUrgent ? ({ priority: 'high', name: operation } as const) : {};
    return database.query(sql, parameters, options);
  }

  async function askWatched(call: Call, reach: CrashPoint): Promise<readonly Row[]> {
    await reach(`${call.operation}:before-send`);
    const reply = send(call);
    // The reply may fail while the crash point waits.
    reply.catch(() => undefined);
    await reach(`${call.operation}:after-send`);
    const rows = await reply;
    await reach(`${call.operation}:after-answer`);
    return rows;
  }

  return async (call) => {
    try {
      return await (crashPoint ? askWatched(call, crashPoint) : send(call));
    } catch (error) {
      throw toStoreFault(error);
    }
  };
}
