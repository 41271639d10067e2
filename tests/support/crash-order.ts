import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CrashPoint } from '@meridian/core/ledger';

/** How a server process that a test has started dies by itself. */
export interface CrashOrder {
  /** Beginning of the name of a crash point of the ledger's store, as `settle:after-send`. */
  readonly point: string;
  /** Which time of getting there; 1 is the first. */
  readonly nth: number;
  /** How long it lives on there. */
  readonly afterMs: number;
  /** Acknowledges charges before they are committed: the bug that the tests must notice. */
  readonly isHasty?: boolean;
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'crash-order.json');
}

/** Orders the next start on the folder to die; null takes an order back. */
export async function orderCrash(dataDir: string, order: CrashOrder | null): Promise<void> {
  if (order === null) await rm(pathIn(dataDir), { force: true });
  else await writeFile(pathIn(dataDir), JSON.stringify(order));
}

/** Reads the order for this start; it counts once. */
export async function takeCrashOrder(dataDir: string): Promise<CrashOrder | null> {
  try {
    const text = await readFile(pathIn(dataDir), 'utf8');
    await rm(pathIn(dataDir));
    return JSON.parse(text) as CrashOrder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Kills this process as ordered. */
export function crashPointOf({ point, nth, afterMs }: CrashOrder): CrashPoint {
  let left = nth;
  return async (reached) => {
    if (!reached.startsWith(point) || --left !== 0) return;
    if (afterMs > 0) await new Promise((resolve) => void setTimeout(resolve, afterMs));
    process.kill(process.pid, 'SIGKILL');
  };
}
