import { isSecretField, type ProviderKeyRow } from '@meridian/core/routing';
import { settingChanges } from '../settings/setting-changes.ts';

type Fields = Readonly<Record<string, unknown>>;

const SECRET_KEY = 'SecretKey';

/**
 * What changed of a provider key, by the names of the API: field → [before, after]. `ID` is always
 * there, to tell which key it was; that a secret changed is told, but not from what and to what.
 */
export function keyChanges(
  before: ProviderKeyRow | undefined,
  after: ProviderKeyRow | undefined,
): Record<string, readonly [before: unknown, after: unknown]> {
  const [old, now] = [before ? fieldsOf(before) : {}, after ? fieldsOf(after) : {}];
  const secrets = [...Object.keys(old), ...Object.keys(now)].filter(isSecretName);
  return {
    ID: [before?.id ?? null, after?.id ?? null],
    ...settingChanges(old, now, new Set(secrets)),
  };
}

function isSecretName(name: string): boolean {
  return name === SECRET_KEY || (name.startsWith(CONFIG) && isSecretField(name));
}

const CONFIG = 'Config.';

function fieldsOf({
  name,
  level,
  provider,
  status,
  weight,
  costPrice,
  config,
  secret,
}: ProviderKeyRow): Fields {
  const entries = Object.entries(config).map(([field, value]) => [`${CONFIG}${field}`, value]);
  return {
    Name: name,
    Level: level,
    Provider: provider,
    Status: status,
    Weight: weight,
    CostPrice: costPrice,
    [SECRET_KEY]: secret.reveal(),
    ...Object.fromEntries(entries),
  };
}
