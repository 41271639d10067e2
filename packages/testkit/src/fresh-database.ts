import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The kinds of database that every contract test runs on. */
export const databaseKinds = ['postgres', 'embedded'] as const;

export type DatabaseKind = (typeof databaseKinds)[number];

/** Where an empty database is; disposing it removes every trace, whoever is still connected. */
export interface FreshDatabase extends AsyncDisposable {
  readonly kind: DatabaseKind;
  /** The address of the database on the test server; null for the embedded kind. */
  readonly url: string | null;
  /** A data folder of its own, of either kind. */
  readonly folder: string;
}

/** Makes an empty database on the server of TEST_DATABASE_URL, or an empty data folder. */
export async function freshDatabase(kind: DatabaseKind): Promise<FreshDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-test-data-'));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  if (kind === 'embedded') return { kind, url: null, folder, [Symbol.asyncDispose]: removeFolder };

  const name = `meridian_test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return {
    kind,
    url: url.href,
    folder,
    async [Symbol.asyncDispose]() {
      await onServer(`drop database ${name} with (force)`);
      await removeFolder();
    },
  };
}

function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL names no PostgreSQL server; `npm test` starts one.');
  return url;
}

async function onServer(statement: string): Promise<void> {
  // Loaded when a database is wanted: tests of pure rooms need not wait for the drivers.
  const { createPostgres } = await import('@meridian/storage');
  await using server = await createPostgres({ url: serverUrl(), poolSize: 1 });
  await server.execute(statement);
}
