import { matchesGlob } from '../kernel/index.ts';
import { coversNetwork, normaliseNetwork } from './addresses.ts';
import type { TokenKind } from './allowlist.ts';

const MODEL = /^[\w.:/@+*-]+$/;
const PATH = /^\/[\w.~:/@*-]*$/;
const LEVEL = /^\d{1,6}$/;

/**
 * A glob covers another when it matches the other's text: the `*` of the inner one can then only
 * have been met by a `*` of the outer one.
 */
function coversGlob(outer: readonly string[], inner: string): boolean {
  return outer.some((pattern) => matchesGlob(pattern, inner));
}

/** Model names and globs. */
export const modelTokens: TokenKind = {
  param: 'AllowModels',
  normalise: (token) => (MODEL.test(token) && !token.startsWith('-') ? token : undefined),
  covers: coversGlob,
};

/** Endpoint paths and globs of them. */
export const resourceTokens: TokenKind = {
  param: 'Resources',
  normalise: (token) => (PATH.test(token) && !token.includes('//') ? token : undefined),
  covers: coversGlob,
};

/** What a named key may be used for: endpoint paths and globs of them. */
export const scopeTokens: TokenKind = { ...resourceTokens, param: 'scopes' };

/** Addresses and CIDR networks. */
export const addressTokens: TokenKind = {
  param: 'AllowIPs',
  normalise: normaliseNetwork,
  covers: coversNetwork,
};

/** Origins of web pages: scheme, host and port, as browsers send them. */
export const originTokens: TokenKind = {
  param: 'ALLOW_ORIGINS',
  normalise: originOf,
  covers: (outer, inner) => outer.includes(inner),
};

/** The origin that an address names; undefined where it names more, or none that a browser sends. */
function originOf(token: string): string | undefined {
  const text = token.endsWith('/') ? token.slice(0, -1) : token;
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, host } = new URL(text);
  return host === '' ? undefined : `${protocol}//${host}`;
}

/** Key-pool levels. */
export const levelTokens: TokenKind = {
  param: 'AllowLevels',
  normalise: (token) => (LEVEL.test(token) ? String(Number(token)) : undefined),
  covers: (outer, inner) => outer.includes(inner),
};
