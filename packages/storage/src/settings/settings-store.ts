import { notFound } from '@meridian/core/kernel';
import type { SettingsStore, SettingsWrite } from '@meridian/core/routing';
import { announce } from '../changes.ts';
import type { Database, Queries } from '../database.ts';
import { recordOperation } from '../operation-log/operation-log-store.ts';
import type { SecretBox } from '../secretbox.ts';
import { settingChanges } from './setting-changes.ts';

/** What the store of owners' settings is made of. */
export interface SettingsStoreDeps {
  readonly database: Database;
  readonly box: SecretBox;
}

type Values = Readonly<Record<string, unknown>>;

/** Settings whose values are sealed. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set(['EMAIL_PASS']);

/** What a secret setting is sealed for. */
export function settingContext(ownerId: number, name: string): string {
  return `owner_setting:${ownerId}:${name}`;
}

/** Owners' settings in the database, their secrets sealed. */
export function createSettingsStore({ database, box }: SettingsStoreDeps): SettingsStore {
  function toStored(ownerId: number, name: string, value: unknown): string {
    const json = JSON.stringify(value);
    if (!SECRET_SETTINGS.has(name)) return json;
    return JSON.stringify(box.seal(json, settingContext(ownerId, name)).toString('base64'));
  }

  function fromStored(ownerId: number, name: string, value: unknown): unknown {
    if (!SECRET_SETTINGS.has(name)) return value;
    return JSON.parse(
      box.open(Buffer.from(String(value), 'base64'), settingContext(ownerId, name)),
    );
  }

  async function read(queries: Queries, ownerId: number): Promise<Values> {
    const rows = await queries.query(
      'select name, value from owner_settings where owner_id = $1 order by name',
      [ownerId],
    );
    return Object.fromEntries(
      rows.map(({ name, value }) => [name, fromStored(ownerId, String(name), value)]),
    );
  }

  async function write(queries: Queries, ownerId: number, changed: Values): Promise<void> {
    const entries = Object.entries(changed);
    const kept = entries.filter(([, value]) => value !== undefined);
    await queries.query('delete from owner_settings where owner_id = $1 and name = any ($2)', [
      ownerId,
      entries.filter(([, value]) => value === undefined).map(([name]) => name),
    ]);
    await queries.query(
      `insert into owner_settings (owner_id, name, value)
        select $1, s.name, s.value::jsonb from unnest($2::text[], $3::text[]) s (name, value)
        on conflict (owner_id, name) do update set value = excluded.value, updated_at = now()`,
      [
        ownerId,
        kept.map(([name]) => name),
        kept.map(([name, value]) => toStored(ownerId, name, value)),
      ],
    );
  }

  return {
    read: (ownerId) => read(database, ownerId),
    update: (ownerId, change, by) =>
      database.transaction(async (queries) => {
        const [owner] = await queries.query(
          'select dna from accounts where id = $1 and deleted_at is null for no key update',
          [ownerId],
        );
        if (!owner) throw notFound('Account');
        const before = await read(queries, ownerId);
        await write(queries, ownerId, change(before));
        const after = await read(queries, ownerId);
        if (by) await log(queries, { id: ownerId, dna: owner.dna as string, before, after }, by);
        const topics = ['settings', ...(by?.announces ?? [])] as const;
        await announce(
          queries,
          topics.map((topic) => ({ topic, scope: ownerId })),
        );
        return after;
      }),
  };
}

interface WrittenOwner {
  readonly id: number;
  readonly dna: string;
  readonly before: Values;
  readonly after: Values;
}

async function log(queries: Queries, owner: WrittenOwner, by: SettingsWrite): Promise<void> {
  const orders = Object.entries(by.orders ?? {}).map(([name, given]) => [name, [null, given]]);
  await recordOperation(queries, {
    action: by.action,
    operatorId: by.operatorId,
    targetId: owner.id,
    targetDna: owner.dna,
    address: by.address,
    status: 'success',
    changes: {
      ...Object.fromEntries(orders),
      ...settingChanges(owner.before, owner.after, SECRET_SETTINGS),
    },
  });
}
