import type { Operation } from '@meridian/core/accounts';
import type { News, NewsAuthor, NewsSelection, NewsStore } from '@meridian/core/platform';
import type { Database, Parameter, Queries, Row } from '../database.ts';
import { recordOperation } from '../operation-log/operation-log-store.ts';

const COLUMNS = `n.id, n.kind, n.audience_dna, n.author_id, n.title, n.content, n.created_at, n.expires_at`;
/** Expired news stay for their author to see. */
const KEPT_DAYS = 90;

function toNews(row: Row): News {
  return {
    id: Number(row.id),
    kind: row.kind as News['kind'],
    audienceDna: row.audience_dna as string,
    authorId: Number(row.author_id),
    title: row.title as string,
    content: row.content as string,
    createdAt: (row.created_at as Date).getTime(),
    expiresAt: (row.expires_at as Date).getTime(),
  };
}

/** The account that an audience is, or begins with. */
function idOf(dna: string): number {
  return Number(dna.split('.').at(-2));
}

function log(
  queries: Queries,
  author: NewsAuthor,
  action: string,
  { dna, changes }: { readonly dna: string; readonly changes: Operation['changes'] },
): Promise<void> {
  return recordOperation(queries, {
    action,
    operatorId: author.accountId,
    targetId: idOf(dna),
    targetDna: dna,
    address: author.address,
    status: 'success',
    changes,
  });
}

function condition(which: NewsSelection): { text: string; values: readonly Parameter[] } {
  if ('id' in which) return { text: 'n.id = $2', values: [which.id] };
  if ('systemOf' in which) {
    return { text: `n.kind = 'system' and n.author_id = $2`, values: [which.systemOf] };
  }
  const { kind, dna } = which.audience;
  return { text: 'n.kind = $2 and n.audience_dna = $3', values: [kind, dna] };
}

/** News in the database. */
export function createNewsStore({ database }: { readonly database: Database }): NewsStore {
  return {
    add: (author, { audience, title, content, expiresAt }, liveMax) =>
      database.transaction(async (queries) => {
        // One author at a time, so that the limit holds.
        await queries.query('select id from accounts where id = $1 for no key update', [
          author.accountId,
        ]);
        const [row] = await queries.query(
          `insert into news as n (kind, audience_dna, author_id, author_dna, title, content, expires_at)
            select $1, $2, $3, $4, $5, $6, $7
            where (select count(*) from news l where l.author_dna = $4 and l.expires_at > now()) < $8
            returning ${COLUMNS}`,
          [
            ...[audience.kind, audience.dna, author.accountId, author.dna, title, content],
            new Date(expiresAt),
            liveMax,
          ],
        );
        if (!row) return undefined;
        const news = toNews(row);
        const changes = {
          ID: [null, news.id],
          Kind: [null, news.kind],
          Title: [null, title],
        } as const;
        await log(queries, author, 'add_news', { dna: audience.dna, changes });
        return news;
      }),
    remove: (author, which) =>
      database.transaction(async (queries) => {
        const { text, values } = condition(which);
        const rows = await queries.query(
          `delete from news n where n.author_dna like $1 and ${text} returning ${COLUMNS}`,
          [`${author.dna}%`, ...values],
        );
        for (const news of rows.map(toNews).toSorted((a, b) => a.id - b.id)) {
          const changes = { ID: [news.id, null], Title: [news.title, null] } as const;
          await log(queries, author, 'delete_news', { dna: news.audienceDna, changes });
        }
        return rows.length;
      }),
    async list(authorDna, { page, size }) {
      const where = 'from news n where n.author_dna like $1';
      const values = [`${authorDna}%`];
      const [counted] = await database.query(`select count(*)::int4 as total ${where}`, values);
      const rows = await database.query(
        `select ${COLUMNS} ${where} order by n.id desc limit $2 offset $3`,
        [...values, size, (page - 1) * size],
      );
      return { entries: rows.map(toNews), total: Number(counted?.total ?? 0) };
    },
    async read(paths, kinds, limit) {
      const rows = await database.query(
        `select ${COLUMNS} from news n
          where n.audience_dna = any ($1) and n.kind = any ($2) and n.expires_at > now()
            and (n.kind <> 'account' or n.audience_dna = $3)
          order by n.id desc limit $4`,
        [paths, kinds, paths.at(-1) ?? '', limit],
      );
      return rows.map(toNews);
    },
    async sweep() {
      await database.query(`delete from news where expires_at < now() - $1 * interval '1 day'`, [
        KEPT_DAYS,
      ]);
    },
  };
}
