import { Secret } from '@meridian/core/kernel';
import {
  isSecretField,
  type NewProviderKey,
  type ProviderKeyFilter,
  type ProviderKeyRow,
} from '@meridian/core/routing';
import type { Parameter, Row } from '../database.ts';
import type { SecretBox } from '../secretbox.ts';

/** What is read of a provider key. */
export const PROVIDER_KEY_COLUMNS = `id, owner_id, name, level, provider, status, config, config_secrets, secret, weight,
  caps, cost_price, revision, created_at, updated_at`;

/** What a provider key's secret is sealed for. */
export function secretContext(ownerId: number): string {
  return `provider_key:${ownerId}`;
}

/** What the secrets in a provider key's `Config` are sealed for. */
export function configContext(ownerId: number): string {
  return `provider_key_config:${ownerId}`;
}

/** Puts columns and values of a change together; secrets are sealed here. */
export function changedColumns(
  box: SecretBox,
  ownerId: number,
  change: Partial<NewProviderKey>,
): (readonly [string, Parameter])[] {
  const { config, secret, caps, costPrice } = change;
  const columns: (readonly [string, Parameter])[] = [];
  for (const name of ['name', 'level', 'provider', 'status', 'weight'] as const) {
    const value = change[name];
    if (value !== undefined) columns.push([name, value]);
  }
  if (config !== undefined) {
    const entries = Object.entries(config);
    const isSealed = ([name, value]: [string, unknown]): boolean =>
      typeof value === 'string' && isSecretField(name);
    const open = Object.fromEntries(entries.filter((entry) => !isSealed(entry)));
    const sealed = JSON.stringify(Object.fromEntries(entries.filter(isSealed)));
    columns.push(['config', JSON.stringify(open)]);
    columns.push(['config_secrets', box.seal(sealed, configContext(ownerId))]);
  }
  if (secret) columns.push(['secret', box.seal(secret.reveal(), secretContext(ownerId))]);
  if (caps !== undefined) columns.push(['caps', JSON.stringify(caps)]);
  if (costPrice !== undefined) {
    columns.push(['cost_price', costPrice === null ? null : JSON.stringify(costPrice)]);
  }
  return columns;
}

/** A row with its secrets opened. */
export function toProviderKey(box: SecretBox, row: Row): ProviderKeyRow {
  const ownerId = Number(row.owner_id);
  const sealed = box.open(row.config_secrets as Buffer, configContext(ownerId));
  return {
    id: Number(row.id),
    ownerId,
    name: row.name as string,
    level: row.level as number,
    provider: row.provider as string,
    status: row.status as boolean,
    config: { ...(row.config as Record<string, unknown>), ...JSON.parse(sealed) },
    secret: new Secret(box.open(row.secret as Buffer, secretContext(ownerId))),
    weight: row.weight as number,
    caps: row.caps as Record<string, number>,
    costPrice: row.cost_price as Record<string, unknown> | null,
    revision: Number(row.revision),
    createdAt: (row.created_at as Date).getTime(),
    updatedAt: (row.updated_at as Date).getTime(),
  };
}

/** The condition of a list, and its parameters. */
export function filterCondition(ownerId: number, filter: ProviderKeyFilter) {
  const parameters: Parameter[] = [ownerId];
  const conditions = ['owner_id = $1'];
  const add = (text: (placeholder: string) => string, value: Parameter): void => {
    parameters.push(value);
    conditions.push(text(`$${parameters.length}`));
  };
  if (filter.id !== undefined) add((p) => `id = ${p}`, filter.id);
  if (filter.level !== undefined) add((p) => `level = ${p}`, filter.level);
  if (filter.status !== undefined) add((p) => `status = ${p}`, filter.status);
  if (filter.among !== undefined) {
    const { ids, isExcluded } = filter.among;
    add((p) => `${isExcluded ? 'not ' : ''}id = any (${p})`, ids);
  }
  if (filter.provider !== undefined) {
    const host = `lower(substring(provider from '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#]+)'))`;
    add(
      (p) => `(starts_with(lower(provider), lower(${p})) or ${host} = lower(${p}))`,
      filter.provider,
    );
  }
  return { where: conditions.join(' and '), parameters };
}
