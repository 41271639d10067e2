import type { ProviderRegistry } from '../providers/index.ts';
import type { ProviderKey } from './types.ts';

/**
 * The LevelMapper after a key was added: its vendor's patterns lead to its level, unless there is a
 * rule of the same pattern. A key of an unknown host adds nothing, and nothing is ever removed.
 */
export function completeLevelMapper(
  rules: ReadonlyMap<string, number>,
  key: Pick<ProviderKey, 'kind' | 'level' | 'baseUrl' | 'host' | 'secret' | 'config'>,
  providers: ProviderRegistry,
): ReadonlyMap<string, number> {
  const added = providers.get(key.kind).vendorPatterns(key);
  const missing = added.filter((pattern) => !rules.has(pattern));
  if (missing.length === 0) return rules;
  return new Map([...rules, ...missing.map((pattern) => [pattern, key.level] as const)]);
}
