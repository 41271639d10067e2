import { isDeepStrictEqual } from 'node:util';
import { type Change, SECRET_MASK } from './plan.ts';

const SECRET_FIELD = /^EMAIL_PASS$|^SecretKey$|secret|token$|private_key|access_key/i;

/** What would change, one line for each entry, secrets masked. */
export function printPlan(changes: readonly Change[]): string {
  return changes.map((change) => `${linesOf(change).join('\n')}\n`).join('');
}

function linesOf(change: Change): string[] {
  switch (change.kind) {
    case 'set':
      return [`~ ${change.name}`, ...entryLines(change.name, change.before, change.after)];
    case 'reset':
      return [`- ${change.name}`, ...entryLines(change.name, change.before, undefined)];
    case 'add_key':
      return [`+ provider key ${change.entry.Name}`, ...fieldLines({}, change.entry)];
    case 'update_key': {
      const { key, fields } = change;
      return [`~ provider key ${key.Name} (${key.ID})`, ...fieldLines(key, fields)];
    }
    case 'delete_key':
      return [`- provider key ${change.key.Name} (${change.key.ID})`];
  }
}

function fieldLines(before: object, after: object): string[] {
  const old = before as Readonly<Record<string, unknown>>;
  return Object.entries(after).flatMap(([name, value]) => sides(name, old[name], value));
}

/** Of maps the entries that differ, of others both sides. */
function entryLines(name: string, before: unknown, after: unknown): string[] {
  if (!isMap(before) && !isMap(after)) return sides(name, before, after);
  const old = isMap(before) ? before : {};
  const now = isMap(after) ? after : {};
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names
    .filter((entry) => !isDeepStrictEqual(old[entry], now[entry]))
    .flatMap((entry) => sides(entry, old[entry], now[entry]));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sides(name: string, before: unknown, after: unknown): string[] {
  const line = (sign: string, value: unknown): string[] =>
    value === undefined || value === null ? [] : [`  ${sign} ${name}: ${shown(name, value)}`];
  return [...line('-', before), ...line('+', after)];
}

function shown(name: string, value: unknown): string {
  const masked = (field: string, each: unknown): unknown =>
    typeof each === 'string' && SECRET_FIELD.test(field) ? SECRET_MASK : each;
  return JSON.stringify(masked(name, value), masked);
}
