import { ROOT_ID } from '@meridian/core/accounts';
import { isFailure } from '@meridian/core/kernel';
import { readNewKey } from '@meridian/core/routing';
import { BadConfig, type Config } from '../config.ts';
import { createListening } from './listening.ts';
import type { Storage } from './open-storage.ts';
import { readDefaultPrice } from './owner-routings.ts';

/** Adds the provider keys given at start to root's, where they are not there yet. */
export async function storeProviderKeys(config: Config, storage: Storage): Promise<void> {
  if (config.providerKeys.length === 0) return;
  const known = await storage.providerKeys.loadPool(ROOT_ID);
  const rules = {
    ownerMayReachPrivate: true,
    publicUrl: config.publicUrl,
    listen: createListening(config).place(),
    readDefaultPrice,
  };
  for (const [index, { secret, baseUrl, level }] of config.providerKeys.entries()) {
    const body = { SecretKey: secret.reveal(), Provider: baseUrl, Level: level };
    const key = readNewKey({ ...body, Status: true, Weight: 1 }, rules);
    if (isFailure(key)) {
      throw new BadConfig(`MERIDIAN_PROVIDER_KEYS, entry ${index + 1}: ${key.message}`);
    }
    const isKnown = known.some(
      (row) => row.provider === key.provider && row.secret.reveal() === secret.reveal(),
    );
    if (!isKnown) await storage.providerKeys.create(ROOT_ID, key);
  }
}
