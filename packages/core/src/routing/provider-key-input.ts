import type {
  CostPrice,
  ProviderKeyConfigBody,
  ProviderKeyCreate,
  ProviderKeyUpdate,
} from '@meridian/contract';
import { type Failure, isFailure, Secret } from '../kernel/index.ts';
import { compileCostPrice } from '../metering/index.ts';
import { parseBaseUrl } from '../providers/index.ts';
import { restoreSecrets } from './config-secrets.ts';
import {
  checkKey,
  type DefaultPriceReader,
  keyKind,
  type ProviderKeyRules,
  readConfig,
} from './provider-key-config.ts';
import { readProviderUrl } from './provider-url.ts';
import type { NewProviderKey, ProviderKeyRow } from './store.ts';
import type { ProviderKey } from './types.ts';

/** A cost price that can be applied; throws a 400 otherwise. */
function checkedCost(price: CostPrice | null): CostPrice | null {
  compileCostPrice(price);
  return price;
}

/** The row of a new key, from a body that has the wire shape. */
export function readNewKey(
  body: ProviderKeyCreate,
  rules: ProviderKeyRules,
): NewProviderKey | Failure {
  const provider = readProviderUrl(body.Provider, rules);
  if (isFailure(provider)) return provider;
  const config = body.Config ?? {};
  const failure = checkKey({ provider, secret: body.SecretKey, config }, rules);
  if (failure) return failure;
  return {
    name: body.Name ?? new URL(provider).hostname,
    level: body.Level,
    provider,
    status: body.Status,
    config,
    secret: new Secret(body.SecretKey),
    weight: body.Weight,
    caps: capsOf(body, {}),
    costPrice: checkedCost(body.CostPrice ?? null),
  };
}

/**
 * The change of a key; what the body leaves out stays. `Config` is replaced as a whole, but for
 * secrets that were sent back hidden, as they are shown.
 */
export function readKeyChange(
  row: ProviderKeyRow,
  body: ProviderKeyUpdate,
  rules: ProviderKeyRules,
): Partial<NewProviderKey> | Failure {
  const { Provider, SecretKey, Config } = body;
  const provider = Provider === undefined ? row.provider : readProviderUrl(Provider, rules);
  if (isFailure(provider)) return provider;
  const stored: ProviderKeyConfigBody = row.config;
  const config = Config === undefined ? stored : restoreSecrets(Config, row.config);
  if (Provider !== undefined || SecretKey !== undefined || Config !== undefined) {
    const failure = checkKey({ provider, secret: SecretKey ?? row.secret.reveal(), config }, rules);
    if (failure) return failure;
  }
  return {
    ...(body.Name === undefined ? {} : { name: body.Name }),
    ...(body.Level === undefined ? {} : { level: body.Level }),
    ...(Provider === undefined ? {} : { provider }),
    ...(body.Status === undefined ? {} : { status: body.Status }),
    ...(Config === undefined ? {} : { config }),
    ...(body.CostPrice === undefined ? {} : { costPrice: checkedCost(body.CostPrice) }),
    ...(body.Weight === undefined ? {} : { weight: body.Weight }),
    ...(hasCaps(body) && { caps: capsOf(body, row.caps) }),
    ...(SecretKey === undefined ? {} : { secret: new Secret(SecretKey) }),
  };
}

type CapFields = Pick<ProviderKeyUpdate, 'RPM' | 'TPM' | 'Concurrency'>;

function hasCaps({ RPM, TPM, Concurrency }: CapFields): boolean {
  return RPM !== undefined || TPM !== undefined || Concurrency !== undefined;
}

/** The caps after a body: null takes one away, what is absent stays. */
function capsOf(body: CapFields, before: NewProviderKey['caps']): NewProviderKey['caps'] {
  const given = { rpm: body.RPM, tpm: body.TPM, concurrency: body.Concurrency };
  const caps = new Map(Object.entries(before));
  for (const [name, cap] of Object.entries(given)) {
    if (cap === null) caps.delete(name);
    else if (cap !== undefined) caps.set(name, cap);
  }
  return Object.fromEntries(caps);
}

/** A stored key as requests use it; undefined when the row is of a kind that is not served. */
export function toProviderKey(
  row: ProviderKeyRow,
  readDefaultPrice: DefaultPriceReader,
): ProviderKey | undefined {
  const parsed = parseBaseUrl(row.provider);
  const body: ProviderKeyConfigBody = row.config;
  const kind = parsed && keyKind({ provider: parsed.baseUrl, config: body });
  if (!parsed || kind === undefined) return undefined;
  const { baseUrl, host } = parsed;
  const config = readConfig({ provider: baseUrl, secret: row.secret.reveal(), config: body });
  const price = body.default_price === undefined ? undefined : readDefaultPrice(body.default_price);
  return {
    id: row.id,
    ownerId: row.ownerId,
    name: row.name,
    level: row.level,
    kind,
    baseUrl,
    host,
    // What is cut out of replies, and what makes the key another one when it changes.
    secret: config.serviceAccount?.privateKey ?? config.aws?.secretAccessKey ?? row.secret,
    weight: row.weight,
    enabled: row.status,
    config,
    ...(Object.keys(row.caps).length > 0 && { caps: row.caps }),
    ...(price ? { defaultPrice: { ...price, source: `key:${row.id}` } } : {}),
  };
}
