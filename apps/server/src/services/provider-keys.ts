import type { ProviderKeyView } from '@meridian/contract';
import type { Actor } from '@meridian/core/accounts';
import { Failure, invalid, isFailure, notFound } from '@meridian/core/kernel';
import type { KeyUsageStore } from '@meridian/core/ledger';
import type { ProviderRegistry } from '@meridian/core/providers';
import {
  completeLevelMapper,
  type KeyHealth,
  type KeyPools,
  type KeyWriter,
  type ProviderKeyFilter,
  type ProviderKeyRow,
  type ProviderKeyRules,
  type ProviderKeyStore,
  parseLevelMapper,
  readKeyChange,
  readNewKey,
  type SettingsStore,
  toProviderKey,
} from '@meridian/core/routing';
import type { ProviderKeyQuery, ProviderKeyService } from '../routes/x/provider-key-service.ts';
import type { KeyTests } from './key-tests.ts';
import { viewProviderKey } from './provider-key-view.ts';

/** Provider keys of one owner. */
const PROVIDER_KEYS_MAX = 10_000;

/** What the service of provider keys is made of. */
export interface ProviderKeyServiceDeps {
  readonly store: ProviderKeyStore;
  readonly settings: SettingsStore;
  readonly providers: ProviderRegistry;
  /** What keys of this caller are checked against. */
  readonly rulesFor: (caller: Pick<Actor, 'policy'>) => ProviderKeyRules;
  /** The running pools: told of changes, asked how keys stand. */
  readonly pools: Pick<KeyPools, 'owner' | 'health'> & { reload(ownerId: number): Promise<void> };
  readonly usage: KeyUsageStore;
  readonly tests: KeyTests;
}

/** An owner's provider keys on the stores; every change is in the running pools when it returns. */
export function createProviderKeyService(deps: ProviderKeyServiceDeps): ProviderKeyService {
  const { store, pools, tests } = deps;

  async function requireRoom(ownerId: number): Promise<void> {
    const { total } = await store.list(ownerId, {}, { page: 1, size: 1 });
    if (total < PROVIDER_KEYS_MAX) return;
    throw new Failure('permission_denied', {
      message: `An account may have ${PROVIDER_KEYS_MAX} provider keys at most.`,
    });
  }

  async function view(actor: Actor, row: ProviderKeyRow): Promise<ProviderKeyView> {
    const [only] = await viewKeys(deps, actor, [row]);
    if (!only) throw new Error('a key without a view');
    return only;
  }

  async function requireRow(ownerId: number, id: number): Promise<ProviderKeyRow> {
    const row = await store.get(ownerId, id);
    if (row === undefined) throw notFound('Key');
    return row;
  }

  return {
    async create(actor, body) {
      const ownerId = requireOwner(actor);
      const rules = deps.rulesFor(actor);
      const key = unwrap(readNewKey(body, rules));
      await requireRoom(ownerId);
      const row = await store.create(ownerId, key, writerOf(actor));
      await completeLevels(deps, row, rules, actor);
      await pools.reload(ownerId);
      return view(actor, row);
    },
    async list(actor, { page, size, ...query }) {
      const ownerId = requireOwner(actor);
      const filter = filterOf(query, pools.health(ownerId));
      const found = await store.list(ownerId, filter, { page, size });
      return { keys: await viewKeys(deps, actor, found.entries), total: found.total };
    },
    async update(actor, id, body) {
      const ownerId = requireOwner(actor);
      const row = await requireRow(ownerId, id);
      const change = unwrap(readKeyChange(row, body, deps.rulesFor(actor)));
      const updated = await store.update(ownerId, id, change, writerOf(actor));
      if (updated === undefined) throw notFound('Key');
      await pools.reload(ownerId);
      return view(actor, updated);
    },
    async remove(actor, id) {
      const ownerId = requireOwner(actor);
      if (!(await store.delete(ownerId, id, writerOf(actor)))) throw notFound('Key');
      await pools.reload(ownerId);
    },
    async test(actor, id, { model }) {
      const ownerId = requireOwner(actor);
      await requireRow(ownerId, id);
      await tests.admit(ownerId, id);
      // What is tried is the key as it is now, also where another node has just changed it.
      await pools.reload(ownerId);
      const key = pools.owner(ownerId)?.keys.find((each) => each.id === id);
      if (!key) throw invalid('id', 'Keys of this type are not served, so that there is no test.');
      const result = await tests.run(key, model);
      await store.noteTest(ownerId, id, result, writerOf(actor));
      return result;
    },
  };
}

/** Adds the patterns of the key's vendor to the owner's LevelMapper where they are missing. */
async function completeLevels(
  { settings, providers }: ProviderKeyServiceDeps,
  row: ProviderKeyRow,
  rules: ProviderKeyRules,
  actor: Actor,
): Promise<void> {
  const key = toProviderKey(row, rules.readDefaultPrice);
  if (key === undefined) return;
  const write = { action: 'add_provider_key', ...writerOf(actor) };
  const complete = ({ LEVEL_MAPPER: stored }: Readonly<Record<string, unknown>>) => {
    const before = stored === undefined ? new Map() : parseLevelMapper(stored, 'LEVEL_MAPPER');
    if (isFailure(before)) return {};
    const after = completeLevelMapper(before, key, providers);
    return after === before ? {} : { LEVEL_MAPPER: Object.fromEntries(after) };
  };
  // Most keys add nothing: what changes nothing is neither logged nor announced.
  const current = await settings.read(row.ownerId);
  if ('LEVEL_MAPPER' in complete(current)) {
    await settings.update(row.ownerId, complete, write);
  }
}

/** Keys as they are shown to their owner. */
async function viewKeys(
  { pools, usage: usages }: ProviderKeyServiceDeps,
  { policy }: Pick<Actor, 'policy'>,
  rows: readonly ProviderKeyRow[],
): Promise<ProviderKeyView[]> {
  const usage = await usages.today(rows.map(({ id }) => id));
  const used = new Map(usage.map((each) => [each.providerKeyId, each]));
  const health = healthById(pools.health(policy.accountId));
  return rows.map((row) =>
    viewProviderKey(row, {
      health: health.get(row.id),
      usage: used.get(row.id),
      rates: policy.rates,
    }),
  );
}

function requireOwner({ policy }: Pick<Actor, 'policy'>): number {
  if (policy.isOwner) return policy.accountId;
  throw new Failure('permission_denied', { message: 'Only owners have provider keys.' });
}

function writerOf({ policy, address }: Actor): KeyWriter {
  return { operatorId: policy.accountId, address };
}

function unwrap<T>(result: T | Failure): T {
  if (isFailure(result)) throw result;
  return result;
}

function healthById(health: readonly KeyHealth[]): ReadonlyMap<number, KeyHealth> {
  return new Map(health.flatMap((each) => (each.key.id === null ? [] : [[each.key.id, each]])));
}

/** The stored conditions of a query: which keys rest is not stored, so that they are named. */
function filterOf(
  { status, ...filter }: Omit<ProviderKeyQuery, 'page' | 'size'>,
  health: readonly KeyHealth[],
): ProviderKeyFilter {
  if (status === undefined) return filter;
  if (status === 'true') return { ...filter, status: true };
  if (status === 'false' || status === 'disabled') return { ...filter, status: false };
  const resting = health.filter(({ rest }) => rest !== undefined);
  const ids = resting.flatMap(({ key }) => key.id ?? []);
  return { ...filter, status: true, among: { ids, isExcluded: status === 'active' } };
}
