import type { ApiClient } from '@meridian/testkit';
import type { Books } from './books.ts';

/** Gives an account one dollar after the other, each under an idempotency key of its own. */
export interface Granter {
  /** Grants until the server does not answer any more. */
  run(): Promise<void>;
  /** Compares the dollars that the ledger has with those that were acknowledged. */
  judge(books: Books): Promise<GrantsJudgement>;
}

/** How grants and books agree. */
export interface GrantsJudgement {
  readonly booked: number;
  readonly acknowledged: number;
  /** One line for each disagreement. */
  readonly problems: readonly string[];
}

const KEY = /^write:\d+:(dollar-\d+)$/;

/** Grants as the giver of the client. */
export function createGranter(giver: ApiClient, accountId: number): Granter {
  const acknowledged = new Set<string>();
  let asked = 0;

  /** False when the server is gone. */
  async function grant(): Promise<boolean> {
    const key = `dollar-${++asked}`;
    try {
      const answer = await giver.request('PUT', `/x-users/${accountId}`, {
        body: { CreditGranted: 1 },
        headers: { 'idempotency-key': key },
      });
      if (answer.status === 200) acknowledged.add(key);
      return true;
    } catch {
      return false;
    }
  }

  return {
    async run() {
      while (await grant());
    },
    async judge({ database }) {
      const rows = await database.query(
        `select key from ledger_tx where kind = 5 and key like 'write:%'`,
      );
      const booked = rows.flatMap(({ key }) => KEY.exec(String(key))?.[1] ?? []);
      const problems = [...acknowledged]
        .filter((key) => !booked.includes(key))
        .map((key) => `grant ${key} was acknowledged, but is not booked`);
      if (new Set(booked).size < booked.length) problems.push('a grant is booked twice');
      return { booked: booked.length, acknowledged: acknowledged.size, problems };
    },
  };
}
