import type { Random } from '@meridian/core/kernel';
import type { CrashOrder } from './crash-order.ts';

/** A commit that goes wrong is one of the first so many of its process. */
const COMMITS_MAX = 24;
const LEASE_CALLS_MAX = 8;
const AFTER_MS_MAX = 4;

/** Deaths around the commit of charges, where random ones hardly ever hit. */
export function commitOrders(random: Random): CrashOrder[] {
  return [
    orderAt('settle:before-send', COMMITS_MAX, random),
    orderAt('settle:after-send', 1, random),
    orderAt('settle:after-send', COMMITS_MAX, random),
    orderAt('settle:after-send', COMMITS_MAX, random),
    orderAt('settle:after-answer', COMMITS_MAX, random),
  ];
}

/** Deaths around everything else that the ledger writes, its start included. */
export function ledgerOrders(random: Random): CrashOrder[] {
  return [
    orderAt('lease:after-send', LEASE_CALLS_MAX, random),
    orderAt('lease:after-answer', LEASE_CALLS_MAX, random),
    orderAt('foldUsage:after-send', 1, random),
    orderAt('register:after-send', 1, random),
    orderAt('bury:after-answer', 1, random),
  ];
}

function orderAt(point: string, nthMax: number, random: Random): CrashOrder {
  const nth = 1 + Math.floor(random.fraction() * nthMax);
  return { point, nth, afterMs: Math.floor(random.fraction() * (AFTER_MS_MAX + 1)) };
}

/** Deaths at random moments (null) and ordered ones, mixed. */
export function mixOrders(
  randomKills: number,
  orders: readonly CrashOrder[],
  random: Random,
): (CrashOrder | null)[] {
  const mixed: (CrashOrder | null)[] = [...Array<null>(randomKills).fill(null), ...orders];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random.fraction() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}
