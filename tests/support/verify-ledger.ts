import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FreshDatabase, ServerExit } from '@meridian/testkit';

const MERIDIAN = fileURLToPath(new URL('../../apps/server/bin/meridian.ts', import.meta.url));

/** Runs `meridian ledger verify`; an embedded database must not be open. */
export async function verifyLedger({ url, folder }: FreshDatabase): Promise<ServerExit> {
  const child = spawn(process.execPath, [MERIDIAN, 'ledger', 'verify'], {
    env: {
      PATH: process.env.PATH,
      MERIDIAN_DATA_DIR: folder,
      ...(url !== null && { MERIDIAN_DATABASE_URL: url }),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}
