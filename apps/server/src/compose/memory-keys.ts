import { ROOT_ID } from '@meridian/core/accounts';
import { Secret } from '@meridian/core/kernel';
import type { Price } from '@meridian/core/metering';
import { kindOf, parseBaseUrl, SANDBOX_HOST, SANDBOX_ORIGIN } from '@meridian/core/providers';
import type { ProviderKey } from '@meridian/core/routing';
import type { EnvironmentKey } from '../config.ts';
import type { LocalServer } from '../upstream/find-local-servers.ts';

/** The level at which keys that were not configured serve. */
const MEMORY_LEVEL = 1;

const COMMON = {
  id: null,
  ownerId: ROOT_ID,
  level: MEMORY_LEVEL,
  weight: 1,
  enabled: true,
  mayReachPrivate: true,
} as const;

function standardKey(name: string, address: string, secret: Secret): ProviderKey[] {
  const parsed = parseBaseUrl(address);
  if (!parsed) return [];
  const { baseUrl, host } = parsed;
  const config = { providerType: 'standard' } as const;
  const kind = kindOf('standard', baseUrl);
  return [{ ...COMMON, name, kind, baseUrl, host, secret, config }];
}

/** Root's provider keys from the usual environment variables; they are never stored. */
export function environmentProviderKeys(found: readonly EnvironmentKey[]): readonly ProviderKey[] {
  return found.flatMap(({ variable, baseUrl, secret }) => standardKey(variable, baseUrl, secret));
}

/** Keyless servers on this machine; running them costs nothing, so their models cost nothing. */
export function localProviderKeys(
  found: readonly LocalServer[],
  freeOfCharge: Price,
): readonly ProviderKey[] {
  return found.flatMap(({ url, models }) =>
    standardKey(new URL(url).host, url, new Secret('')).map((key) => ({
      ...key,
      config: { ...key.config, models },
      defaultPrice: freeOfCharge,
    })),
  );
}

/** The key of the sandbox, whose models answer with no account anywhere. */
export const sandboxKey: ProviderKey = {
  ...COMMON,
  name: 'sandbox',
  kind: 'sandbox',
  baseUrl: SANDBOX_ORIGIN,
  host: SANDBOX_HOST,
  secret: new Secret(''),
  config: { providerType: 'sandbox' },
};
