import type { Page, Paged } from '../../accounts/index.ts';

/** Whom news is for: everybody below its author, an account with all below it, or one account. */
export type NewsKind = 'system' | 'dna' | 'account';

/** An audience; `dna` is the path of the account that it is, or that it begins with. */
export interface Audience {
  readonly kind: NewsKind;
  readonly accountId: number;
  readonly dna: string;
}

/** One piece of news. Times are milliseconds since 1970. */
export interface News {
  readonly id: number;
  readonly kind: NewsKind;
  readonly audienceDna: string;
  readonly authorId: number;
  readonly title: string;
  readonly content: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Who writes news, for the operation log too. */
export interface NewsAuthor {
  readonly accountId: number;
  readonly dna: string;
  /** Address of the client. */
  readonly address: string | null;
}

/** News to be posted. */
export interface NewsDraft {
  readonly audience: Audience;
  readonly title: string;
  readonly content: string;
  readonly expiresAt: number;
}

/** Which news: one by its id, or all of an audience, or the author's own to everybody. */
export type NewsSelection =
  | { readonly id: number }
  | { readonly audience: Audience }
  | { readonly systemOf: number };

/** News in the store. Writers reach what was written by themselves or by accounts below them. */
export interface NewsStore {
  /** Undefined when the author has `liveMax` already that have not expired; logged. */
  add(author: NewsAuthor, draft: NewsDraft, liveMax: number): Promise<News | undefined>;
  /** Deletes, logs, and returns how many there were. */
  remove(author: NewsAuthor, which: NewsSelection): Promise<number>;
  /** What was written by the author and below, expired or not, the newest first. */
  list(authorDna: string, page: Page): Promise<Paged<News>>;
  /** The newest of one kind that an account is to read, given all paths from root to it. */
  read(paths: readonly string[], kinds: readonly NewsKind[], limit: number): Promise<News[]>;
  /** Deletes what expired long ago. */
  sweep(): Promise<void>;
}
