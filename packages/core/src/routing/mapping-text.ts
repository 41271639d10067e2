import { type Failure, invalid, isFailure } from '../kernel/index.ts';

/** Rules of one map. */
const RULES_MAX = 1_000;
const NAME_CHARS_MAX = 256;
/** Backups of one model. */
const BACKUPS_MAX = 16;
const LEVEL_MAX = 1_000;
/** A leading dash removes a rule where maps are merged, so that no name begins with one. */
const NAME = /^(?!-)[^\s,=|]+$/;

/** Reads the value of one entry; undefined when it is not one. */
type ValueReader<T> = (value: unknown) => T | undefined;

/** A map written as `pattern=model, …` or as an object. */
export function parseModelMapper(value: unknown, param: string): Map<string, string> | Failure {
  return parseMap(value, { param, expected: 'pattern=model', readValue: readTarget });
}

/** A map written as `pattern=level, …` or as an object. */
export function parseLevelMapper(value: unknown, param: string): Map<string, number> | Failure {
  return parseMap(value, { param, expected: 'pattern=level', readValue: readLevel });
}

/** A map written as `pattern=model|model, …` or as an object of strings or lists. */
export function parseModelFailover(
  value: unknown,
  param: string,
): Map<string, readonly string[]> | Failure {
  return parseMap(value, { param, expected: 'model=backup|backup', readValue: readNames });
}

/** A map written as `level=level, …` or as an object. */
export function parseSwitchOver(value: unknown, param: string): Map<number, number> | Failure {
  const byText = parseMap(value, { param, expected: 'level=level', readValue: readLevel });
  if (isFailure(byText)) return byText;
  const levels = new Map<number, number>();
  for (const [from, to] of byText) {
    const level = readLevel(from);
    if (level === undefined) return invalid(param, `${param}: '${from}' is not a level.`);
    if (level === to) return invalid(param, `${param}: level ${to} cannot replace itself.`);
    levels.set(level, to);
  }
  return levels;
}

interface MapFormat<T> {
  readonly param: string;
  readonly expected: string;
  readonly readValue: ValueReader<T>;
}

function parseMap<T>(value: unknown, format: MapFormat<T>): Map<string, T> | Failure {
  const { param, expected, readValue } = format;
  const entries = typeof value === 'string' ? textEntries(value) : objectEntries(value);
  if (!entries) return invalid(param, `${param} must be '${expected}, …' or an object.`);
  if (entries.length > RULES_MAX) {
    return invalid(param, `${param} has more than ${RULES_MAX} rules.`);
  }
  const rules = new Map<string, T>();
  for (const [name, raw] of entries) {
    const read = readName(name) === undefined ? undefined : readValue(raw);
    if (read === undefined) {
      const rule = raw === undefined ? name : `${name}=${String(raw)}`;
      return invalid(param, `${param}: '${rule}' is not of the form ${expected}.`);
    }
    if (rules.has(name)) return invalid(param, `${param}: '${name}' is given twice.`);
    rules.set(name, read);
  }
  return rules;
}

/** The rules of a text, apart by commas or lines; the value of one without `=` is undefined. */
export function textEntries(text: string): (readonly [string, unknown])[] {
  const parts = text.split(/[,\n]/).map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [part, undefined] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    });
}

function objectEntries(value: unknown): (readonly [string, unknown])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).map(([name, entry]) => [name.trim(), entry]);
}

function readName(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > NAME_CHARS_MAX) return undefined;
  return NAME.test(value) ? value : undefined;
}

/** A model that a rule leads to; patterns match models, they are none. */
function readTarget(value: unknown): string | undefined {
  const name = readName(value);
  return name?.includes('*') ? undefined : name;
}

function readLevel(value: unknown): number | undefined {
  const level = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value;
  const isLevel =
    Number.isInteger(level) && (level as number) >= 1 && (level as number) <= LEVEL_MAX;
  return isLevel ? (level as number) : undefined;
}

function readNames(value: unknown): readonly string[] | undefined {
  const parts = typeof value === 'string' ? value.split('|').map((part) => part.trim()) : value;
  if (!Array.isArray(parts) || parts.length === 0 || parts.length > BACKUPS_MAX) return undefined;
  const names = parts.map(readTarget);
  return names.every((name) => name !== undefined) ? [...new Set(names)] : undefined;
}
