import { invalid, isFailure, ONE, type Random, type Secret } from '../../kernel/index.ts';
import { ROOT_ID } from '../account.ts';
import { plainAccount } from '../defaults.ts';
import { parseEmail } from '../identifiers.ts';
import { generateAccountKey, isAccountKey, keyImprint } from '../keys.ts';
import type { AccountsStore } from '../ports.ts';

const ROOT_NAME = 'root';
const ROOT_EMAIL = 'root@meridian.localhost';

/** What may be preset of root on the first start. */
export interface RootPreset {
  readonly key?: Secret;
  readonly email?: string;
}

function presetKey(key: Secret): Secret {
  if (isAccountKey(key.reveal())) return key;
  throw invalid('MERIDIAN_ROOT_KEY', 'the root key must be sk-Xvs and 45 letters or digits');
}

/**
 * Makes root where there is none; returns its key then, and never again. Of nodes that start
 * together one makes it.
 */
export async function ensureRoot(
  store: AccountsStore,
  random: Random,
  preset: RootPreset = {},
): Promise<Secret | undefined> {
  if (await store.readPath(ROOT_ID)) return undefined;
  const key = preset.key ? presetKey(preset.key) : generateAccountKey(random);
  const email = parseEmail('MERIDIAN_ROOT_EMAIL', preset.email ?? ROOT_EMAIL);
  try {
    // No wallet is opened: root mints what it gives, and what comes back to it is minted no longer.
    await store.change((unit) =>
      unit.insert({
        ...plainAccount(ROOT_NAME, email, ONE),
        isOwner: true,
        gear: 0,
        role: 2,
        parentId: null,
        key: keyImprint(key),
      }),
    );
    return key;
  } catch (error) {
    if (isFailure(error) && error.code === 'conflict') return undefined;
    throw error;
  }
}
