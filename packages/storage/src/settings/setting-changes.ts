type Values = Readonly<Record<string, unknown>>;

const MASK = '***';

/**
 * The settings that differ, name → [before, after]; of objects only the entries that do, because a
 * map may be long and a change of it short. Null stands for what is not set; secrets are masked.
 */
export function settingChanges(
  before: Values,
  after: Values,
  secrets: ReadonlySet<string>,
): Record<string, readonly [before: unknown, after: unknown]> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => !isSame(before[name], after[name]));
  return Object.fromEntries(
    changed.map((name) => {
      const sides = [differing(before[name], after[name]), differing(after[name], before[name])];
      const [old, now] = secrets.has(name) ? sides.map((side) => side && MASK) : sides;
      return [name, [old ?? null, now ?? null] as const];
    }),
  );
}

/** What of a value is not the same in the other. */
function differing(value: unknown, other: unknown): unknown {
  if (!isObject(value) || !isObject(other)) return value;
  const entries = Object.entries(value).filter(([name, entry]) => !isSame(entry, other[name]));
  return Object.fromEntries(entries.map(([name, entry]) => [name, differing(entry, other[name])]));
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return JSON.stringify(a) === JSON.stringify(b);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSame(a[name], b[name]));
}
