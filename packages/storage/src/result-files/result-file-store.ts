import { hash } from 'node:crypto';
import {
  RESULT_FILE_BYTES_MAX,
  RESULT_FILE_MINUTES,
  RESULT_FILES_BYTES_MAX,
  type ResultFileStore,
} from '@meridian/core/inference';
import type { Random } from '@meridian/core/kernel';
import type { Database, Queries } from '../database.ts';
import type { SecretBox } from '../secretbox.ts';

/** What the store of result files is made of. */
export interface ResultFileStoreDeps {
  readonly database: Database;
  readonly box: SecretBox;
  readonly random: Random;
}

/** 190 bits: as many guesses as it takes are never made. */
const NAME_RANDOM_CHARS = 32;

/** Endings by which browsers and people know what they have. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
]);

function digestOf(name: string): Buffer {
  return hash('sha256', name, 'buffer');
}

function context(name: string): string {
  return `result_file:${name}`;
}

/** Result files in the database, sealed, under the digests of their names. */
export function createResultFileStore(deps: ResultFileStoreDeps): ResultFileStore {
  const { database, box, random } = deps;
  return {
    async keep(accountId, { contentType, bytes }) {
      const ending = ENDINGS.get(contentType);
      if (ending === undefined) throw new Error(`files of the type ${contentType} are not kept`);
      if (bytes.length > RESULT_FILE_BYTES_MAX) throw new Error('the file is too large to be kept');
      const name = `img-${random.alphanumeric(NAME_RANDOM_CHARS)}.${ending}`;
      const sealed = box.seal(bytes.toString('base64'), context(name));
      await database.transaction(async (queries) => {
        await queries.query(
          `insert into result_files (name_digest, account_id, content_type, size, sealed, expires_at)
            values ($1, $2, $3, $4, $5, now() + $6 * interval '1 minute')`,
          [digestOf(name), accountId, contentType, bytes.length, sealed, RESULT_FILE_MINUTES],
        );
        await dropOldest(queries, accountId);
      });
      return name;
    },
    async find(name) {
      const [row] = await database.query(
        `select content_type, sealed, expires_at from result_files
          where name_digest = $1 and expires_at > now()`,
        [digestOf(name)],
      );
      if (!row) return undefined;
      const { content_type, sealed, expires_at } = row;
      return {
        contentType: String(content_type),
        bytes: Buffer.from(box.open(sealed as Buffer, context(name)), 'base64'),
        expiresAt: (expires_at as Date).getTime(),
      };
    },
    async sweep() {
      await database.query('delete from result_files where expires_at <= now()');
    },
  };
}

async function dropOldest(queries: Queries, accountId: number): Promise<void> {
  await queries.query(
    `delete from result_files where name_digest in (
        select name_digest from (
          select name_digest, sum(size) over (order by created_at desc, name_digest) as bytes
            from result_files where account_id = $1) newest
        where bytes > $2)`,
    [accountId, RESULT_FILES_BYTES_MAX],
  );
}
