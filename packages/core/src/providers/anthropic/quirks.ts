import type { Paths } from '../paths.ts';
import type { Quirks } from '../types.ts';

/** The vendor's own hosts; at any other one a key serves whatever that host was given. */
export const ANTHROPIC_HOSTS: ReadonlySet<string> = new Set(['api.anthropic.com']);

/** The models of the vendor. */
export const ANTHROPIC_PATTERNS: readonly string[] = ['claude*'];

/** Paths behind the version, e.g. `/v1`. */
export const ANTHROPIC_PATHS: Paths = {
  messages: '/messages',
  'messages.count_tokens': '/messages/count_tokens',
};

/** Sent where the client names no version of the API. */
export const ANTHROPIC_VERSION = '2023-06-01';

/** Headers of the API that clients set and the vendor reads. */
export const ANTHROPIC_CLIENT_HEADERS: readonly string[] = ['anthropic-beta'];

export const ANTHROPIC_QUIRKS: Quirks = { includeUsage: true, outputBound: 'max_tokens' };
