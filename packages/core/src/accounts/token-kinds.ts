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

/** Key-pool levels. */
export const levelTokens: TokenKind = {
  param: 'AllowLevels',
  normalise: (token) => (LEVEL.test(token) ? String(Number(token)) : undefined),
  covers: (outer, inner) => outer.includes(inner),
};
