// Birth charts over HTTP: npm run bench:astrology-api [-- seconds]. Another random birth in each request, nothing
// cached, everything on: key, limits on three accounts, hold, a charge committed to PostgreSQL before each answer.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeededRandom } from '@meridian/testkit';
import { Pool } from 'undici';
import { freePort } from './machine.ts';
import { cpuSeconds, processTree } from './proc.ts';
import { createProcesses } from './processes.ts';
import { meridian } from './targets/meridian.ts';

const AT_ONCE = 16;
const WARM_UP_SECONDS = 5;
const YEARS = [1900, 2049] as const;

const random = createSeededRandom(11);
const whole = (from: number, to: number): number =>
  from + Math.floor(random.fraction() * (to - from + 1));
const two = (value: number): string => String(value).padStart(2, '0');

function question(): string {
  const date = `${whole(...YEARS)}-${two(whole(1, 12))}-${two(whole(1, 28))}`;
  const time = `${two(whole(0, 23))}:${two(whole(0, 59))}`;
  const lat = (random.fraction() * 120 - 60).toFixed(4);
  const lon = (random.fraction() * 360 - 180).toFixed(4);
  return `/v1/astrology/kundali?date=${date}&time=${time}&lat=${lat}&lon=${lon}`;
}

/** Asks as fast as answers come, for so long; the milliseconds of each answer. */
async function load(pool: Pool, keys: readonly string[], seconds: number): Promise<number[]> {
  const until = performance.now() + seconds * 1000;
  const times: number[] = [];
  let asked = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const began = performance.now();
      const authorization = `Bearer ${keys[asked++ % keys.length]}`;
      const options = { path: question(), method: 'GET', headers: { authorization } } as const;
      const { statusCode, body } = await pool.request(options);
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`${statusCode}: ${text.slice(0, 300)}`);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return times.sort((a, b) => a - b);
}

async function main(seconds: number): Promise<void> {
  const processes = createProcesses();
  process.once('exit', processes.killAll);
  const folder = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
  try {
    await using server = await meridian.start({
      ...{ processes, folder, proxyCore: 0, loadCore: 1, nodeFlags: [] },
      upstreamPort: await freePort(),
    });
    await using opened = new AsyncDisposableStack();
    const pool = new Pool(`http://127.0.0.1:${server.port}`, { connections: AT_ONCE });
    opened.defer(() => pool.close());
    await load(pool, server.keys, WARM_UP_SECONDS);
    const busySeconds = (): number => cpuSeconds(processTree(server.processId ?? process.pid));
    const before = busySeconds();
    const times = await load(pool, server.keys, seconds);
    const busy = busySeconds() - before;
    const at = (share: number): string =>
      (times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(1);
    console.log(`${(times.length / seconds).toFixed(0)} charts/s, ${AT_ONCE} at once, one core`);
    console.log(`${(times.length / busy).toFixed(0)} charts per second of the server's CPU`);
    console.log(`median ${at(0.5)} ms, 99 % ${at(0.99)} ms`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main(Number(process.argv[2] ?? 10));
