/** The buckets of a usage record that something was used of. */
export function billed(usage: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(usage).filter(([, count]) => count !== 0));
}
