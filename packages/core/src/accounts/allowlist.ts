import { invalid } from '../kernel/index.ts';

/** null = unrestricted, empty = everything denied. */
export type Allowlist = readonly string[] | null;

const TOKENS_MAX = 512;
const TOKEN_MAX_CHARS = 256;

/** What the tokens of one allowlist are. */
export interface TokenKind {
  /** The field, for error messages. */
  readonly param: string;
  /** The token in the form in which it is kept; undefined when it is none. */
  normalise(token: string): string | undefined;
  /** Whether everything that `inner` allows is allowed by `outer`. */
  covers(outer: readonly string[], inner: string): boolean;
}

function tokensOf(input: string | readonly string[]): string[] {
  const parts = typeof input === 'string' ? [input] : input;
  return parts.flatMap((part) => part.split(/[\s,]+/)).filter(Boolean);
}

/**
 * Applies what was written to a list: the first token on an unrestricted list makes it the whole
 * list, further ones add, `-token` removes (400 when absent), `*` lifts the restriction, `-*`
 * denies everything. null lifts the restriction too.
 */
export function applyTokens(
  current: Allowlist,
  input: string | readonly string[] | null,
  kind: TokenKind,
): Allowlist {
  if (input === null) return null;
  let list: Allowlist = current;
  for (const written of tokensOf(input)) {
    const isRemoval = written.startsWith('-');
    const token = isRemoval ? written.slice(1) : written;
    if (token === '*') list = isRemoval ? [] : null;
    else list = isRemoval ? removed(list, token, kind) : added(list, token, kind);
  }
  if (list && list.length > TOKENS_MAX) {
    throw invalid(kind.param, `${kind.param}: at most ${TOKENS_MAX} entries.`);
  }
  return list;
}

function normalised(token: string, kind: TokenKind): string {
  const kept = token.length <= TOKEN_MAX_CHARS ? kind.normalise(token) : undefined;
  if (kept !== undefined) return kept;
  throw invalid(kind.param, `${kind.param}: ${JSON.stringify(token.slice(0, 80))} is not valid.`);
}

function added(list: Allowlist, token: string, kind: TokenKind): Allowlist {
  const kept = normalised(token, kind);
  if (list === null) return [kept];
  return list.includes(kept) ? list : [...list, kept];
}

function removed(list: Allowlist, token: string, kind: TokenKind): Allowlist {
  const kept = normalised(token, kind);
  if (list?.includes(kept)) return list.filter((other) => other !== kept);
  throw invalid(kind.param, `${kind.param}: ${token} is not in the list, so it cannot be removed.`);
}

/**
 * The first token of `list` that one of the outer lists does not allow; undefined when the list is
 * within all of them. An unrestricted list is: it takes effect only together with the outer ones.
 */
export function firstOutside(
  list: Allowlist,
  outer: readonly Allowlist[],
  kind: TokenKind,
): string | undefined {
  return list?.find((token) => outer.some((bound) => bound !== null && !kind.covers(bound, token)));
}

/** The list as it is written and read: `*` for unrestricted, `-*` for nothing. */
export function allowlistText(list: readonly (string | number)[] | null): string {
  if (list === null) return '*';
  return list.length === 0 ? '-*' : list.join(' ');
}
