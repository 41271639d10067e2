const COUNTS = /"cache_creation_tokens":\d+,"cache_read_tokens":\d+,/g;

/** What passed, without the counts of the cache that every usage has here beside its vendor's own. */
export function withoutCacheCounts(passed: Buffer | string): string {
  return passed.toString().replaceAll(COUNTS, '');
}
