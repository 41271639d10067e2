import {
  createLedgerStore,
  createOperationLog,
  createPostgres,
  type Database,
  openEmbedded,
} from '@meridian/storage';
import type { Config } from '../config.ts';

const SHOWN_MAX = 100;

/**
 * Compares the books with every projection, and every line of the operation log with its chain of
 * hashes, and prints what differs. The embedded database can be open once only: stop the server
 * first, or it says which process has it.
 */
export async function verifyLedger({ databaseUrl, dataDir }: Config): Promise<boolean> {
  await using database = databaseUrl
    ? await createPostgres({ url: databaseUrl.reveal(), poolSize: 1 })
    : await openEmbedded({ dataDir });
  const areBooksSound = await verifyBooks(database);
  return (await verifyLog(database)) && areBooksSound;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function verifyBooks(database: Database): Promise<boolean> {
  const found = await createLedgerStore(database).verify();
  if (found.length === 0) {
    print('The books are sound: every balance equals the sum of its postings.');
    return true;
  }
  for (const { rule, subject, expected, stored } of found.slice(0, SHOWN_MAX)) {
    print(`${rule}: ${subject} should be ${expected} but is ${stored}`);
  }
  print(`${found.length} discrepancies.`);
  return false;
}

async function verifyLog(database: Database): Promise<boolean> {
  const found = await createOperationLog(database).verify();
  if (found.length === 0) {
    print('The operation log is sound: every line is where and as it was written.');
    return true;
  }
  for (const { rule, ownerId, seq, operationId } of found.slice(0, SHOWN_MAX)) {
    const place = ownerId === null ? '' : ` in the chain of owner ${ownerId} at ${seq}`;
    const line = operationId === null ? '' : `, line ${operationId}`;
    print(`operation log: ${rule}, but not${place}${line}`);
  }
  print(`${found.length} breaks in the operation log.`);
  return false;
}
