import { at, type MeridianApi } from './meridian-api.ts';

const TENANTS = 4;
const LEAVES_PER_TENANT = 16;
// Limits are checked and counted on each account of the path, and are never reached.
const LIMITS = { RPM: 1_000_000_000, TPM: 2_000_000_000 };
const RESELLER_CREDIT = 1_000_000;
const TENANT_CREDIT = 200_000;
const TEAM_CREDIT = 190_000;
const LEAF_CREDIT = 10_000;
const MODEL_PATTERN = 'gpt-4o*';
const PAGE_SIZE = 1000;

interface Account {
  readonly name: string;
  readonly key: string;
}

/** The accounts that the load uses, and a key that sees them all. */
export interface BenchAccounts {
  readonly rootKey: string;
  readonly leaves: readonly Account[];
}

async function createAccount(
  api: MeridianApi,
  parentKey: string,
  name: string,
  credit: number,
): Promise<Account> {
  const answer = await api.call(parentKey, 'POST', '/x-users', {
    Name: name,
    Email: `${name}@bench.example`,
    CreditGranted: credit,
    ...LIMITS,
  });
  const key = at(answer, 'User', 'SecretKey');
  if (typeof key !== 'string') {
    throw new Error(`POST /x-users gave no User.SecretKey: ${JSON.stringify(answer)}`);
  }
  return { name, key };
}

/** The fake upstream, and the wire that the server is to speak with it. */
export interface BenchUpstream {
  readonly port: number;
  readonly wire: 'chat' | 'messages';
  /** Accounts with limits on the path of a request; default 3. */
  readonly depth?: 3 | 4;
}

/** A key pool with one key: the fake upstream, at level 1, for the model of the prompts. */
async function createProviderKey(
  api: MeridianApi,
  rootKey: string,
  upstream: BenchUpstream,
): Promise<void> {
  await api.call(rootKey, 'POST', '/x-keys', {
    SecretKey: 'sk-bench-upstream-0123456789abcdef',
    Name: 'bench upstream',
    Level: 1,
    Provider: `http://127.0.0.1:${upstream.port}/v1`,
    ...(upstream.wire === 'messages'
      ? {
          Config: {
            provider_type: 'anthropic',
            model_mapping: { [MODEL_PATTERN]: 'claude-bench' },
          },
        }
      : {}),
  });
  // An unknown host adds no level rule; without the route the lowest level with a key serves.
  const hasConfig = (await api.probe('/x-config')) !== 404;
  if (hasConfig) {
    await api.call(rootKey, 'PUT', '/x-config', { LEVEL_MAPPER: `${MODEL_PATTERN}=1` });
  }
}

/**
 * Sets the server up as an operator would, over its API: the upstream's key, a reseller, its
 * tenants, at depth 4 a team of each, and their accounts. All of them have limits.
 */
export async function createBenchAccounts(
  api: MeridianApi,
  rootKey: string,
  upstream: BenchUpstream,
): Promise<BenchAccounts> {
  await createProviderKey(api, rootKey, upstream);
  const reseller = await createAccount(api, rootKey, 'bench-reseller', RESELLER_CREDIT);
  const leaves: Account[] = [];
  for (let t = 1; t <= TENANTS; t++) {
    const tenant = await createAccount(api, reseller.key, `bench-tenant-${t}`, TENANT_CREDIT);
    const parent =
      upstream.depth === 4
        ? await createAccount(api, tenant.key, `bench-team-${t}`, TEAM_CREDIT)
        : tenant;
    for (let l = 1; l <= LEAVES_PER_TENANT; l++) {
      const name = `bench-account-${t}-${l}`;
      leaves.push(await createAccount(api, parent.key, name, LEAF_CREDIT));
    }
  }
  return { rootKey, leaves };
}

/** What all accounts of the load have spent together, in dollars. */
export async function totalSpent(api: MeridianApi, accounts: BenchAccounts): Promise<number> {
  const listed = await api.call(accounts.rootKey, 'GET', `/x-dna?size=${PAGE_SIZE}`);
  const views: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const byName = new Map(views.map((view) => [at(view, 'Name'), at(view, 'CreditUsed')]));
  let dollars = 0;
  for (const { name } of accounts.leaves) {
    const used = byName.get(name);
    if (typeof used !== 'number') throw new Error(`GET /x-dna shows no CreditUsed of ${name}`);
    dollars += used;
  }
  return dollars;
}
