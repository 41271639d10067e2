import type { OwnerConfUpdate, OwnerConfUpdated, OwnerConfView } from '@meridian/contract';
import { type AccountsStore, readOwnerSettings } from '@meridian/core/accounts';
import { type Clock, Failure, notFound, toDollars } from '@meridian/core/kernel';
import type {
  KeyPools,
  ProviderKeyRow,
  ProviderKeyStore,
  SettingsStore,
  SettingsWrite,
  SleepingKey,
} from '@meridian/core/routing';
import type { Caller } from '../edge/management/served-route.ts';
import type { ConfigAuthor, OwnerConfigService } from '../routes/x/owner-config-service.ts';
import {
  mergeSettings,
  replaceSettings,
  type StoredSettings,
  showMaps,
  showMerged,
  showSettings,
  showWritten,
  type WriteLimits,
} from './owner-settings.ts';

/** Root's setting behind `LogEnable`. */
export const ACCESS_LOG_SETTING = 'LOG_ENABLE';

/** What the service of owners' configuration is made of. */
export interface OwnerConfigServiceDeps {
  readonly settings: SettingsStore;
  readonly accounts: Pick<AccountsStore, 'readPath'>;
  readonly keys: Pick<ProviderKeyStore, 'loadPool'>;
  readonly pools: Pick<KeyPools, 'sleeping' | 'wakeAll'>;
  readonly clock: Clock;
  /** Called when a change is durable, before the answer: this node uses it from then on. */
  readonly onChange: (ownerId: number) => Promise<void>;
  /** Resolves when the projections of everything charged so far are written. */
  readonly saveProjections: () => Promise<void>;
}

const MS_PER_SECOND = 1_000;

/** Owners' configuration on the stores. */
export function createOwnerConfigService(deps: OwnerConfigServiceDeps): OwnerConfigService {
  const { settings } = deps;

  async function limitsOf(ownerId: number): Promise<WriteLimits> {
    const path = await deps.accounts.readPath(ownerId);
    if (!path) throw notFound('Account');
    return { ownerId, bounds: path.accounts.map(({ resources }) => resources) };
  }

  async function write(
    { caller, address }: ConfigAuthor,
    change: (stored: StoredSettings) => StoredSettings,
    by: Pick<SettingsWrite, 'action' | 'orders' | 'announces'>,
  ): Promise<StoredSettings> {
    const ownerId = requireOwner(caller);
    const author = { operatorId: caller.accountId, address };
    const after = await settings.update(ownerId, change, { ...by, ...author });
    await deps.onChange(ownerId);
    return after;
  }

  return {
    read: async (caller, form) => showSettings(await settings.read(requireOwner(caller)), form),
    async update(author, body) {
      const limits = await limitsOf(requireOwner(author.caller));
      const change = (stored: StoredSettings) => replaceSettings(stored, body, limits);
      return showWritten(await write(author, change, { action: 'update_config' }), body);
    },
    async reset(author, names) {
      const change = () => Object.fromEntries(names.map((name) => [name, undefined]));
      await write(author, change, { action: 'reset_config' });
    },
    async readConf(caller) {
      const ownerId = requireOwner(caller);
      const [stored, rows] = await Promise.all([
        settings.read(ownerId),
        deps.keys.loadPool(ownerId),
      ]);
      return {
        ...showMaps(stored),
        ...showKeys(rows, deps.pools.sleeping(ownerId), deps.clock.now()),
        ...showThresholds(stored),
        ...(caller.policy.isRoot && { LogEnable: stored[ACCESS_LOG_SETTING] !== false }),
      };
    },
    async updateConf(author, body) {
      const ownerId = requireOwner(author.caller);
      requireRootFor(author.caller, body);
      const limits = await limitsOf(ownerId);
      const after = await write(author, (stored) => confChange(stored, body, limits), {
        action: 'update_conf',
        orders: ordersOf(body),
        announces: [
          ...(body.LoadKeys ? (['provider_keys'] as const) : []),
          ...(body.DelKeys ? (['key_sleep'] as const) : []),
        ],
      });
      if (body.DelKeys) deps.pools.wakeAll(ownerId);
      if (body.SaveCache) await deps.saveProjections();
      return { ...showOrders(body), ...showMerged(after, body) };
    },
  };
}

function requireOwner({ policy }: Caller): number {
  if (policy.isOwner) return policy.accountId;
  throw new Failure('permission_denied', { message: 'Only owners have a configuration.' });
}

function requireRootFor({ policy }: Caller, { LogEnable }: OwnerConfUpdate): void {
  if (LogEnable === undefined || policy.isRoot) return;
  throw new Failure('permission_denied', {
    message: 'LogEnable: only root may switch the access logs.',
    param: 'LogEnable',
  });
}

function confChange(
  stored: StoredSettings,
  body: OwnerConfUpdate,
  limits: WriteLimits,
): StoredSettings {
  const { LogEnable: isLogging } = body;
  return {
    ...mergeSettings(stored, body, limits),
    ...(isLogging !== undefined && { [ACCESS_LOG_SETTING]: isLogging ? undefined : false }),
  };
}

const ORDERS = ['LoadKeys', 'SaveCache', 'DelKeys'] as const;

/** What is ordered once and stored nowhere. */
function ordersOf(body: OwnerConfUpdate): Readonly<Record<string, unknown>> {
  return Object.fromEntries(ORDERS.filter((name) => body[name]).map((name) => [name, true]));
}

function showOrders(body: OwnerConfUpdate): Partial<OwnerConfUpdated> {
  const given = [...ORDERS, 'LogEnable' as const].filter((name) => body[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, String(body[name])]));
}

function showThresholds(stored: StoredSettings) {
  const { userMinBalance, userApiBalance } = readOwnerSettings(stored);
  return { UserMinBalance: toDollars(userMinBalance), UserApiBalance: toDollars(userApiBalance) };
}

/** Keys that do not serve now. Those that sleep are known to this node, stored or not. */
function showKeys(
  rows: readonly ProviderKeyRow[],
  sleeping: readonly SleepingKey[],
  nowMs: number,
): Pick<OwnerConfView, 'SleepingKeys' | 'DisabledKeys'> {
  const urls = new Map(rows.map(({ id, provider }) => [id, provider]));
  return {
    SleepingKeys: sleeping
      .filter(({ key }) => key.enabled)
      .map(({ key, until, times, cause }) => ({
        ID: key.id,
        Name: key.name,
        Level: key.level,
        Provider: (key.id === null ? undefined : urls.get(key.id)) ?? key.baseUrl,
        Status: times === 0,
        SleepTimes: times,
        SleepUntil: new Date(until).toISOString(),
        SleepSeconds: Math.ceil((until - nowMs) / MS_PER_SECOND),
        Cause: cause,
      })),
    DisabledKeys: rows
      .filter(({ status }) => !status)
      .map(({ id, name, level, provider }) => ({
        ID: id,
        Name: name,
        Level: level,
        Provider: provider,
        Status: false,
      })),
  };
}
