import type { Database } from '@meridian/storage';
import { type DatabaseKind, freshDatabase } from './fresh-database.ts';

/** An empty database of one test file; disposing it removes every trace. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  /** Opens it once more, as a second node would; a server only. */
  reopen(): Promise<Database>;
}

/** Makes an empty database of the kind and opens it. */
export async function createTestDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  const { createPostgres, openEmbedded } = await import('@meridian/storage');
  const fresh = await freshDatabase(kind);
  const { url } = fresh;
  const database =
    url === null ? await openEmbedded({ dataDir: fresh.folder }) : await createPostgres({ url });
  return {
    database,
    async reopen() {
      if (url === null) throw new Error('The embedded database has one process.');
      return createPostgres({ url });
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
    },
  };
}
