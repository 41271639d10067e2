import { bestMatch } from '../kernel/index.ts';
import type { Provider, UpstreamKey } from './types.ts';

/**
 * The name that the key's own mapping gives a model; undefined where it gives none. The model goes by
 * two names: the rule that fits one of them more closely decides, so that a `*` for the rest does not
 * win over a rule for the canonical name because the client spelled it in another way.
 */
export function mappedName(
  { config }: UpstreamKey,
  canonical: string,
  spelled: string,
): string | undefined {
  const { modelMapping } = config;
  if (!modelMapping) return undefined;
  const asSpelled = bestMatch(modelMapping, spelled);
  if (spelled === canonical) return asSpelled?.[1];
  const asCanonical = bestMatch(modelMapping, canonical);
  const isCloser = precision(asCanonical?.[0]) > precision(asSpelled?.[0]);
  return (isCloser ? asCanonical : asSpelled)?.[1];
}

function precision(pattern: string | undefined): number {
  if (pattern === undefined) return -1;
  return pattern.includes('*') ? pattern.length : Number.POSITIVE_INFINITY;
}

/** Makers who have no `-latest` behind a version. */
const HAS_NO_LATEST = /^(?:claude|gemini|gpt|o\d).*-latest$/;

/** Keeps a dated or `-latest` spelling of a model, which its maker knows; else the canonical name. */
export function makersName(canonical: string, spelled: string): string {
  const bare = spelled.slice(spelled.lastIndexOf('/') + 1);
  return bare.startsWith(`${canonical}-`) && !HAS_NO_LATEST.test(bare) ? bare : canonical;
}

/** A model's name as one segment of a path: nothing in it leads elsewhere on the upstream. */
export function pathSegment(model: string): string {
  return encodeURIComponent(model).replaceAll('%40', '@');
}

/** A vendor's own models, as far as its hosts tell: elsewhere a key serves what it was given. */
export function modelsAt(
  hosts: ReadonlySet<string>,
  patterns: readonly string[],
): Pick<Provider, 'served' | 'vendorPatterns' | 'upstreamModel'> {
  return {
    served: ({ config, host }) => config.models ?? (hosts.has(host) ? patterns : undefined),
    vendorPatterns: ({ host }) => (hosts.has(host) ? patterns : []),
    upstreamModel(key, canonical, spelled) {
      const own = hosts.has(key.host) ? makersName(canonical, spelled) : spelled;
      return mappedName(key, canonical, spelled) ?? own;
    },
  };
}
