import { createLedgerStore, createPostgres, openEmbedded } from '@meridian/storage';
import type { Config } from '../config.ts';

const SHOWN_MAX = 100;

/**
 * Compares the books with every projection and prints what differs. The embedded database can be
 * open once only: stop the server first, or it says which process has it.
 */
export async function verifyLedger({ databaseUrl, dataDir }: Config): Promise<boolean> {
  await using database = databaseUrl
    ? await createPostgres({ url: databaseUrl.reveal(), poolSize: 1 })
    : await openEmbedded({ dataDir });
  const found = await createLedgerStore(database).verify();
  if (found.length === 0) {
    process.stdout.write('The books are sound: every balance equals the sum of its postings.\n');
    return true;
  }
  for (const { rule, subject, expected, stored } of found.slice(0, SHOWN_MAX)) {
    process.stdout.write(`${rule}: ${subject} should be ${expected} but is ${stored}\n`);
  }
  process.stdout.write(`${found.length} discrepancies.\n`);
  return false;
}
