import { isDeepStrictEqual } from 'node:util';
import { OWNER_SETTINGS, type OwnerSettingName } from '@meridian/contract';
import { BadDocument, type ConfigDocument, type KeyEntry, type Settings } from './document.ts';

/** A provider key as the server shows it. */
export interface ShownKey extends KeyEntry {
  readonly ID: number;
  readonly PartialKey: string;
}

/** What the server has. */
export interface ServerConfig {
  readonly settings: Settings;
  readonly keys: readonly ShownKey[];
}

/** A setting that gets another value. */
interface SettingChange {
  readonly kind: 'set';
  readonly name: OwnerSettingName;
  readonly before: unknown;
  readonly after: unknown;
}

/** One thing that an apply would do. */
export type Change =
  | SettingChange
  | { readonly kind: 'reset'; readonly name: OwnerSettingName; readonly before: unknown }
  | { readonly kind: 'add_key'; readonly entry: KeyEntry }
  | { readonly kind: 'update_key'; readonly key: ShownKey; readonly fields: Fields }
  | { readonly kind: 'delete_key'; readonly key: ShownKey };

type Fields = Readonly<Record<string, unknown>>;

/** The value of a variable of the environment: where secrets come from that a file should not hold. */
export type ReadVariable = (name: string) => string | undefined;

/** Stands for a secret that is kept as it is. */
export const SECRET_MASK = '***';
const FROM_ENVIRONMENT = /^env:([A-Za-z_]\w*)$/;
/** What the server adds to a key and nobody can write. */
const NOT_WRITTEN: ReadonlySet<string> = new Set([
  'ID',
  'PartialKey',
  'UsageToday',
  'Health',
  'SleepUntil',
  'CreatedAt',
  'UpdatedAt',
]);

/** What a file would change on the server; with `prune` keys that it does not name go. Throws `BadDocument`. */
export function planChanges(
  server: ServerConfig,
  wanted: ConfigDocument,
  { prune, read }: { readonly prune: boolean; readonly read: ReadVariable },
): Change[] {
  const { provider_keys: entries } = wanted;
  const settings = settingChanges(server.settings, wanted.settings, read);
  if (!entries) return settings;
  const keys = entries.flatMap((entry) => keyChange(server.keys, entry, read) ?? []);
  return [...settings, ...keys, ...(prune ? deletions(server.keys, entries) : [])];
}

function settingChanges(current: Settings, wanted: Settings, read: ReadVariable): Change[] {
  return OWNER_SETTINGS.flatMap((name): Change[] => {
    const before = current[name];
    const after = isDefault(name, wanted[name]) ? undefined : filledIn(wanted[name], read);
    if (after === undefined) return before === undefined ? [] : [{ kind: 'reset', name, before }];
    if (after === SECRET_MASK && before === undefined) {
      throw new BadDocument(`settings.${name}: *** keeps a secret, and the server has none.`);
    }
    return isDeepStrictEqual(before, after) ? [] : [{ kind: 'set', name, before, after }];
  });
}

const LISTS: ReadonlySet<OwnerSettingName> = new Set(['RESOURCES', 'ALLOW_ORIGINS']);

/** A list that allows all, an empty map and an empty text say the same as nothing. */
function isDefault(name: OwnerSettingName, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === '';
  return LISTS.has(name) ? '*' in value : Object.keys(value).length === 0;
}

/** `env:NAME` becomes the variable's value. */
function filledIn(value: unknown, read: ReadVariable): unknown {
  const variable = typeof value === 'string' ? FROM_ENVIRONMENT.exec(value)?.[1] : undefined;
  if (variable === undefined) return value;
  const found = read(variable);
  if (found !== undefined && found !== '') return found;
  throw new BadDocument(`env:${variable}: this variable of the environment is not set.`);
}

function keyChange(
  keys: readonly ShownKey[],
  written: KeyEntry,
  read: ReadVariable,
): Change | undefined {
  const key = keyOf(keys, written);
  const secret = filledIn(written.SecretKey, read) as string | undefined;
  const isGiven = secret !== undefined && secret !== SECRET_MASK;
  if (!key) {
    if (isGiven) return { kind: 'add_key', entry: { ...written, SecretKey: secret } };
    throw new BadDocument(
      `provider_keys: ${written.Name} is new and needs its SecretKey, such as env:NAME_OF_A_VARIABLE.`,
    );
  }
  const { SecretKey: _, ...others } = written;
  const changed = Object.entries(others).filter(
    ([name, value]) => !NOT_WRITTEN.has(name) && !isDeepStrictEqual(key[name], value),
  );
  const isOther = isGiven && !isSameSecret(secret, key.PartialKey);
  const fields = { ...Object.fromEntries(changed), ...(isOther && { SecretKey: secret }) };
  return Object.keys(fields).length === 0 ? undefined : { kind: 'update_key', key, fields };
}

/** The server never shows a secret, only its end. */
function isSameSecret(secret: string, end: string): boolean {
  return end !== '' && secret.endsWith(end);
}

function keyOf(keys: readonly ShownKey[], { ID: id, Name: name }: KeyEntry): ShownKey | undefined {
  if (id !== undefined) {
    const found = keys.find(({ ID }) => ID === id);
    if (found) return found;
    throw new BadDocument(`provider_keys: the server has no key with the ID ${id} (${name}).`);
  }
  const found = keys.filter(({ Name }) => Name === name);
  if (found.length <= 1) return found[0];
  throw new BadDocument(`provider_keys: several keys are called ${name}; name the ID too.`);
}

function deletions(keys: readonly ShownKey[], entries: readonly KeyEntry[]): Change[] {
  const kept = new Set(entries.map((entry) => keyOf(keys, entry)?.ID));
  const gone = keys.filter(({ ID }) => !kept.has(ID));
  return gone.map((key) => ({ kind: 'delete_key', key }));
}

/** The server's configuration as a file: secrets masked, what is only observed left out. */
export function documentOf({ settings, keys }: ServerConfig): ConfigDocument {
  const named = Map.groupBy(keys, ({ Name }) => Name);
  const entryOf = (key: ShownKey): KeyEntry => {
    const isUnique = named.get(key.Name)?.length === 1;
    const isKept = (name: string): boolean => (name === 'ID' ? !isUnique : !NOT_WRITTEN.has(name));
    const fields = Object.entries(key).filter(([name, value]) => value !== null && isKept(name));
    return Object.fromEntries(fields) as KeyEntry;
  };
  return { version: 1, settings, provider_keys: keys.map(entryOf) };
}
