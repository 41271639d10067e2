import type { NewsCreate } from '@meridian/contract';
import {
  type AccountsStore,
  type Actor,
  type Page,
  type Paged,
  type Policy,
  parseIdentifier,
  pathIds,
} from '../../accounts/index.ts';
import { type Clock, Failure, notFound } from '../../kernel/index.ts';
import type { Audience, News, NewsAuthor, NewsSelection, NewsStore } from './store.ts';

/** What the service of news is made of. */
export interface NewsServiceDeps {
  readonly store: NewsStore;
  readonly accounts: Pick<AccountsStore, 'find'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What an account is to read, the newest first. */
export interface NewsToRead {
  readonly system: readonly News[];
  readonly user: readonly News[];
}

/** News between accounts. */
export interface NewsService {
  /** Without a target to everybody below the actor. Throws 403, 404, and 409 above the limit. */
  post(actor: Actor, target: string | undefined, body: NewsCreate): Promise<News>;
  /** Deletes one that the actor, or somebody below it, wrote; throws `not_found`. */
  removeOne(actor: Actor, id: number): Promise<number>;
  /** Deletes all of a target, without one the actor's own to everybody; returns how many. */
  removeAll(actor: Actor, target: string | undefined): Promise<number>;
  /** What the actor and accounts below it wrote. */
  list(actor: Actor, page: Page): Promise<Paged<News>>;
  /** What the actor is to read. */
  read(actor: Actor): Promise<NewsToRead>;
}

const DAY_MS = 86_400_000;
const SYSTEM_DAYS = 7;
const TARGETED_DAYS = 32;
/** News of one author that have not expired. */
const LIVE_MAX = 1_000;
const READ_MAX = 8;

/** Every path from root to an account, the account's own last. */
function pathsOf(dna: string): readonly string[] {
  const ids = pathIds(dna);
  return ids.map((_, index) => `.${ids.slice(0, index + 1).join('.')}.`);
}

function authorOf({ policy, address }: Actor): NewsAuthor {
  return { accountId: policy.accountId, dna: policy.dna, address };
}

function own(kind: 'system', { accountId, dna }: Policy): Audience {
  return { kind, accountId, dna };
}

function refuse(message: string): never {
  throw new Failure('permission_denied', { message });
}

/** Owners speak to whole subtrees, everybody else to single accounts below them. */
function requireSpeaker(policy: Policy, audience: Audience): void {
  if (policy.isOwner) return;
  if (audience.kind !== 'account') refuse('Only owners may post news to everybody below them.');
  if (audience.accountId === policy.accountId) refuse('Nobody posts news to the own account.');
}

/** News on the store. */
export function createNewsService({ store, accounts, clock }: NewsServiceDeps): NewsService {
  /** An id, a name or an e-mail address is one account, a DNA path an account with all below it. */
  async function audienceOf({ policy }: Actor, target: string | undefined): Promise<Audience> {
    if (target === undefined) return own('system', policy);
    const { filter } = parseIdentifier(target);
    if (filter.fields) throw notFound('Account');
    const { dna } = filter;
    const exact = dna === undefined ? filter : { id: pathIds(dna).at(-1) ?? 0, dna };
    const account = await accounts.find(policy.dna, exact);
    if (!account) throw notFound('Account');
    const kind = dna === undefined ? 'account' : 'dna';
    return { kind, accountId: account.id, dna: account.dna };
  }

  return {
    async post(actor, target, { title, content, days }) {
      const audience = await audienceOf(actor, target);
      requireSpeaker(actor.policy, audience);
      const validDays = days ?? (audience.kind === 'system' ? SYSTEM_DAYS : TARGETED_DAYS);
      const expiresAt = clock.now() + Math.round(validDays * DAY_MS);
      const draft = { audience, title, content, expiresAt };
      const posted = await store.add(authorOf(actor), draft, LIVE_MAX);
      if (posted) return posted;
      throw new Failure('conflict', {
        message: `You have ${LIVE_MAX} news that have not expired; delete some first.`,
      });
    },
    async removeOne(actor, id) {
      const removed = await store.remove(authorOf(actor), { id });
      if (removed === 0) throw notFound('News');
      return removed;
    },
    async removeAll(actor, target) {
      const audience = await audienceOf(actor, target);
      requireSpeaker(actor.policy, audience);
      const isSystem = audience.kind === 'system';
      const which: NewsSelection = isSystem ? { systemOf: actor.policy.accountId } : { audience };
      return store.remove(authorOf(actor), which);
    },
    list: ({ policy }, page) => store.list(policy.dna, page),
    async read({ policy }) {
      const paths = pathsOf(policy.dna);
      const [system, user] = await Promise.all([
        store.read(paths, ['system'], READ_MAX),
        store.read(paths, ['dna', 'account'], READ_MAX),
      ]);
      return { system, user };
    },
  };
}
