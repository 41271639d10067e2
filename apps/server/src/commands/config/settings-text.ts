import type { OwnerSettingName } from '@meridian/contract';
import { BadDocument } from './document.ts';

type Entries = Readonly<Record<string, unknown>>;
type ToText = (name: string, value: unknown) => string;

function entriesOf(name: string, value: unknown): Entries {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Entries;
  throw new BadDocument(`settings.${name}: expected a map.`);
}

const rules: ToText = (name, value) =>
  Object.entries(entriesOf(name, value))
    .map(([key, to]) => `${key}=${Array.isArray(to) ? to.join('|') : String(to)}`)
    .join(',');

const list: ToText = (name, value) => Object.keys(entriesOf(name, value)).join(' ') || '-*';

const json: ToText = (_name, value) => JSON.stringify(value);

const TEXTS: Readonly<Partial<Record<OwnerSettingName, ToText>>> = {
  MODEL_MAPPER: rules,
  LEVEL_MAPPER: rules,
  SWITCH_OVER: rules,
  MODEL_FAILOVER: rules,
  RESOURCES: list,
  ALLOW_ORIGINS: list,
  MODEL_LIMITS: json,
  PRICING: json,
};

/** A setting in the form that replaces what is stored: maps and lists as text, others as they are. */
export function replacingForm(name: OwnerSettingName, value: unknown): unknown {
  if (typeof value === 'string') return value;
  return TEXTS[name]?.(name, value) ?? value;
}
