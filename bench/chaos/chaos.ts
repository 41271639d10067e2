import { createTokenCounter } from '@meridian/core/metering';
import { createSeededRandom, WORLD_MODEL } from '@meridian/testkit';
import { type Happened, planFaults, runFaults } from './faults.ts';
import { type BillVerdict, judgeBills } from './judge-bills.ts';
import {
  judgeLimit,
  judgeService,
  type Kill,
  type LimitVerdict,
  type ServiceVerdict,
  type WatchedLimit,
  withoutRetryAfter,
} from './judge-service.ts';
import type { ChaosOptions } from './options.ts';
import { type BookedRecord, readBooks } from './records.ts';
import { openSite, type Site, type SiteAccount } from './site.ts';
import { type Exchange, runTraffic } from './traffic.ts';
import { openUpstreams } from './upstreams.ts';

/** What a run has shown. */
export interface ChaosResult {
  readonly requests: number;
  /** Of the accounts that no limit bounds. */
  readonly service: ServiceVerdict;
  readonly bills: BillVerdict;
  readonly limits: readonly LimitVerdict[];
  readonly faults: readonly Happened[];
  /** 429 and 503 without a time to come back. */
  readonly silentRefusals: number;
  /** Answers of the limited accounts that were neither whole nor a refusal for their limit. */
  readonly limitedFailures: readonly Exchange[];
  /** What the nodes printed, for whoever looks for a cause. */
  readonly log: string;
}

const UPSTREAMS = 4;
/** Accounts whose limits are far away, beside three that are limited; all send alike. */
const FREE_ACCOUNTS = 3;
const MINUTE_MS = 60_000;

interface Cast {
  readonly free: readonly SiteAccount[];
  readonly limited: readonly SiteAccount[];
  readonly limits: readonly WatchedLimit[];
}

/** Runs the traffic and the faults, and compares everything afterwards. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const random = createSeededRandom(options.seed);
  await using upstreams = await openUpstreams(UPSTREAMS, random);
  await using site = await openSite(upstreams);
  await using tokens = createTokenCounter();
  const cast = await createCast(site, options);
  const accounts = [...cast.free, ...cast.limited];
  const over = new AbortController();
  const faults = runFaults(planFaults(options.seconds, UPSTREAMS), {
    ...{ site, upstreams },
    signal: over.signal,
  });
  const exchanges = await runTraffic({ ...options, nodes: site.nodes, accounts, random });
  over.abort();
  const happened = await faults;
  await site.root.call('POST', '/x-conf', { SaveCache: true });
  for (const { process } of site.nodes) await process.kill('SIGTERM');
  const books = await readBooks(
    site.database,
    accounts.map(({ id }) => id),
  );
  const isOf = (group: readonly SiteAccount[]) => (exchange: Exchange) =>
    group.some(({ id }) => id === exchange.accountId);
  const limited = exchanges.filter(isOf(cast.limited));
  const kills = killsOf(happened);
  return {
    requests: exchanges.length,
    service: judgeService(exchanges.filter(isOf(cast.free)), upstreams.entries, kills),
    bills: await judgeBills({
      ...{ books, exchanges, accounts },
      entries: upstreams.entries,
      keyIds: site.keyIds,
      countTokens: (text) => tokens.count(text, WORLD_MODEL),
    }),
    limits: cast.limits.map((limit) => judgeLimit(limit, books.records, exchanges)),
    faults: happened,
    silentRefusals: withoutRetryAfter(exchanges).length,
    limitedFailures: judgeService(limited, upstreams.entries, kills).failed.filter(
      ({ status }) => status !== 429 && status !== 402,
    ),
    log: site.nodes.map(({ process }) => process.stdout + process.stderr).join('\n'),
  };
}

/** Accounts with limits that their traffic exceeds, and accounts without. */
async function createCast(site: Site, { rate, seconds }: ChaosOptions): Promise<Cast> {
  const free: SiteAccount[] = [];
  while (free.length < FREE_ACCOUNTS) free.push(await site.addAccount(`free-${free.length + 1}`));
  const share = rate / (FREE_ACCOUNTS + 3);
  const rpm = Math.ceil((share * Math.min(60, seconds)) / EXCESS);
  const tpm = rpm * TOKENS_LIKELY;
  const byRequests = await site.addAccount('limited-requests', { RPM: rpm });
  const byTokens = await site.addAccount('limited-tokens', { TPM: tpm });
  const bySpending = await site.addAccount('limited-spending', { HardLimit: SPENDING_LIMIT });
  const minute = { windowMs: MINUTE_MS };
  const limits: WatchedLimit[] = [
    {
      ...{ name: 'requests per minute', accountId: byRequests.id, limit: rpm, ...minute },
      amountOf: () => 1,
    },
    {
      ...{ name: 'tokens per minute', accountId: byTokens.id, limit: tpm, ...minute },
      amountOf: ({ input, output }: BookedRecord) => input + output,
    },
    {
      ...{ name: 'nanodollars per month', accountId: bySpending.id, windowMs: undefined },
      limit: SPENDING_LIMIT * 1e9,
      amountOf: ({ cost }: BookedRecord) => Number(cost),
    },
  ];
  return { free, limited: [byRequests, byTokens, bySpending], limits };
}

/** The traffic of a limited account is so many times what its limit allows. */
const EXCESS = 3;
/** Of an average request: its input as it is counted before, and its few words. */
const TOKENS_LIKELY = 60;
/** Dollars: some fifty answers. */
const SPENDING_LIMIT = 0.003;

function killsOf(happened: readonly Happened[]): Kill[] {
  return happened.flatMap(({ fault, beganAt }) =>
    fault.kind === 'node' ? [{ node: fault.node ?? 0, at: beganAt }] : [],
  );
}
