import { type Failure, invalid, isFailure } from '../kernel/index.ts';
import {
  parseLevelMapper,
  parseModelFailover,
  parseModelMapper,
  parseSwitchOver,
  textEntries,
} from './mapping-text.ts';

/** An owner's map of rules by its `/x-config` name. */
export type RuleMapName = 'MODEL_MAPPER' | 'LEVEL_MAPPER' | 'SWITCH_OVER' | 'MODEL_FAILOVER';

/** Rules as they are stored and shown. */
export type StoredRules = Readonly<Record<string, unknown>>;

/** A map that is written: all of it as text, or an object whose null values remove rules. */
export interface RuleMapWrite {
  readonly name: RuleMapName;
  /** What errors call it. */
  readonly param: string;
  readonly written: string | StoredRules;
}

const PARSERS: Readonly<
  Record<RuleMapName, (value: unknown, param: string) => ReadonlyMap<unknown, unknown> | Failure>
> = {
  MODEL_MAPPER: parseModelMapper,
  LEVEL_MAPPER: parseLevelMapper,
  SWITCH_OVER: parseSwitchOver,
  MODEL_FAILOVER: parseModelFailover,
};

/** Stored rules as they are shown; those that cannot be read are none. */
export function readRules(name: RuleMapName, stored: unknown): StoredRules {
  const rules = stored === undefined ? new Map() : PARSERS[name](stored, name);
  return isFailure(rules) ? {} : toStored(rules);
}

/** Rules after text replaced them, or an object was merged into them. Throws a 400. */
export function replaceRules(stored: unknown, write: RuleMapWrite): StoredRules {
  const { name, param, written } = write;
  if (typeof written === 'string') return parsed(name, written, param);
  return merged(stored, write, Object.entries(written));
}

/**
 * Rules after a change was merged into them: in text `a=b` sets, `-a` removes (400 when there is no
 * such rule), `*` clears; objects as in `replaceRules`. Throws a 400.
 */
export function mergeRules(stored: unknown, write: RuleMapWrite): StoredRules {
  const { written } = write;
  const entries = typeof written === 'string' ? textEntries(written) : Object.entries(written);
  return merged(stored, write, entries);
}

function merged(
  stored: unknown,
  { name, param, written }: RuleMapWrite,
  entries: readonly (readonly [string, unknown])[],
): StoredRules {
  const rules = new Map(Object.entries(readRules(name, stored)));
  const isText = typeof written === 'string';
  for (const [raw, value] of entries) {
    const pattern = raw.trim();
    if (isText && value === undefined && pattern === '*') rules.clear();
    else if (isText && value === undefined && pattern.startsWith('-')) {
      removeRule(rules, param, pattern.slice(1).trim());
    } else if (value === null) rules.delete(pattern);
    else rules.set(pattern, value);
  }
  return parsed(name, Object.fromEntries(rules), param);
}

function removeRule(rules: Map<string, unknown>, param: string, pattern: string): void {
  if (rules.delete(pattern)) return;
  throw invalid(param, `${param}: there is no rule for '${pattern}', so it cannot be removed.`);
}

function parsed(name: RuleMapName, value: unknown, param: string): StoredRules {
  const rules = PARSERS[name](value, param);
  if (isFailure(rules)) throw rules;
  return toStored(rules);
}

function toStored(rules: ReadonlyMap<unknown, unknown>): StoredRules {
  return Object.fromEntries([...rules].map(([pattern, value]) => [String(pattern), value]));
}

/** Rules as text, `a=b,c=d`; several values of one rule are apart by `|`. */
export function rulesText(rules: StoredRules): string {
  return Object.entries(rules)
    .map(([pattern, value]) => `${pattern}=${Array.isArray(value) ? value.join('|') : value}`)
    .join(',');
}
