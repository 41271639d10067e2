import type {
  OwnerConfigSettings,
  OwnerConfigUpdate,
  OwnerConfUpdate,
  OwnerConfView,
  OwnerSettingName,
} from '@meridian/contract';
import {
  type Allowlist,
  allowlistText,
  changeOrigins,
  changeResources,
  mergeModelLimits,
  type ResourcesInput,
  readOwnerSettings,
  readThreshold,
  replaceModelLimits,
} from '@meridian/core/accounts';
import { changePricing } from '@meridian/core/catalog';
import {
  mergeRules,
  type RuleMapName,
  readRules,
  replaceRules,
  rulesText,
  type StoredRules,
} from '@meridian/core/routing';
import { MAIL_SETTINGS } from './mail-settings.ts';
import type { Setting, Write, WriteLimits } from './setting.ts';

/** Settings of an owner as they are stored, by name. */
export type StoredSettings = Readonly<Record<string, unknown>>;

export type { WriteLimits } from './setting.ts';

type Written = string | StoredRules;

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function keptUnlessEmpty<T extends object>(value: T): T | undefined {
  return isEmpty(value) ? undefined : value;
}

function ruleMap(name: RuleMapName): Setting {
  return {
    replace: ({ stored, param, written }) =>
      keptUnlessEmpty(replaceRules(stored, { name, param, written: written as Written })),
    merge: ({ stored, param, written }) =>
      keptUnlessEmpty(mergeRules(stored, { name, param, written: written as Written })),
    show: (stored) => readRules(name, stored),
    text: (stored) => rulesText(readRules(name, stored)),
  };
}

function resourcesOf(stored: unknown): Allowlist {
  return readOwnerSettings({ RESOURCES: stored }).resources;
}

function changedResources(write: Write, isMerging: boolean): unknown {
  const written = write.written as ResourcesInput;
  return changeResources(write.stored, { ...write, written, isMerging }) ?? undefined;
}

const resources: Setting = {
  replace: (write) => changedResources(write, false),
  merge: (write) => changedResources(write, true),
  show: (stored) => Object.fromEntries((resourcesOf(stored) ?? ['*']).map((path) => [path, {}])),
  text: (stored) => allowlistText(resourcesOf(stored)),
};

function originsOf(stored: unknown): Allowlist {
  return readOwnerSettings({ ALLOW_ORIGINS: stored }).allowOrigins;
}

function changedOrigins(write: Write, isMerging: boolean): unknown {
  const written = write.written as ResourcesInput;
  return changeOrigins(write.stored, { param: write.param, written, isMerging }) ?? undefined;
}

const origins: Setting = {
  replace: (write) => changedOrigins(write, false),
  merge: (write) => changedOrigins(write, true),
  show: (stored) => Object.fromEntries((originsOf(stored) ?? ['*']).map((each) => [each, {}])),
  text: (stored) => allowlistText(originsOf(stored)),
};

type LimitsInput = Parameters<typeof replaceModelLimits>[1];

function limitsOf(stored: unknown): object {
  return Object.fromEntries(readOwnerSettings({ MODEL_LIMITS: stored }).modelLimits);
}

const modelLimits: Setting = {
  replace: ({ stored, written, param }) =>
    keptUnlessEmpty(replaceModelLimits(stored, written as LimitsInput, param)),
  merge: ({ stored, written, param }) =>
    keptUnlessEmpty(mergeModelLimits(stored, written as LimitsInput, param)),
  show: limitsOf,
  text: (stored) => JSON.stringify(limitsOf(stored)),
};

const pricing: Setting = {
  replace: ({ stored, written, ownerId }) =>
    keptUnlessEmpty(changePricing(stored, written as Written, ownerId)),
  show: (stored) => JSON.stringify(stored ?? {}),
  text: (stored) => JSON.stringify(stored ?? {}),
};

const threshold: Setting = {
  replace: ({ written, param }) => readThreshold(param, written as string | number),
  show: Number,
  text: String,
};

/** A model by its name; whether somebody serves it is only known when it is asked for. */
const modelName: Setting = {
  replace: ({ written }) => (written === '' ? undefined : written),
  show: (stored) => stored ?? '',
  text: (stored) => String(stored ?? ''),
};

const seconds: Setting = {
  replace: ({ written }) => (written === 0 ? undefined : written),
  show: (stored) => stored ?? 0,
  text: (stored) => String(stored ?? 0),
};

const SETTINGS: Readonly<Record<OwnerSettingName, Setting>> = {
  MODEL_MAPPER: ruleMap('MODEL_MAPPER'),
  LEVEL_MAPPER: ruleMap('LEVEL_MAPPER'),
  SWITCH_OVER: ruleMap('SWITCH_OVER'),
  MODEL_FAILOVER: ruleMap('MODEL_FAILOVER'),
  RESOURCES: resources,
  MODEL_LIMITS: modelLimits,
  PRICING: pricing,
  USER_MIN_BALANCE: threshold,
  USER_API_BALANCE: threshold,
  DEFAULT_IMAGE_MODEL: modelName,
  DEFAULT_SPEECH_MODEL: modelName,
  HEDGE_AFTER: seconds,
  ALLOW_ORIGINS: origins,
  ...MAIL_SETTINGS,
};

const NAMES = Object.keys(SETTINGS) as OwnerSettingName[];

/** The fields of `/x-conf` and the settings that they edit. */
const CONF_FIELDS = {
  Resources: 'RESOURCES',
  AllowOrigins: 'ALLOW_ORIGINS',
  ModelMapper: 'MODEL_MAPPER',
  LevelMapper: 'LEVEL_MAPPER',
  ModelFailover: 'MODEL_FAILOVER',
  ModelLimits: 'MODEL_LIMITS',
} as const satisfies Partial<Record<keyof OwnerConfUpdate, OwnerSettingName>>;

/** What `PUT /x-config` sets; throws a 400 that names the setting at fault. Pure. */
export function replaceSettings(
  stored: StoredSettings,
  body: OwnerConfigUpdate,
  limits: WriteLimits,
): StoredSettings {
  const written = NAMES.filter((name) => body[name] !== undefined);
  return Object.fromEntries(
    written.map((name) => {
      const write = { ...limits, stored: stored[name], written: body[name], param: name };
      return [name, SETTINGS[name].replace(write)];
    }),
  );
}

/** What `POST /x-conf` sets; throws a 400 that names the field at fault. Pure. */
export function mergeSettings(
  stored: StoredSettings,
  body: OwnerConfUpdate,
  limits: WriteLimits,
): StoredSettings {
  const changed: Record<string, unknown> = {};
  for (const [field, name] of confFields(body)) {
    const write = { ...limits, stored: stored[name], written: body[field], param: field };
    changed[name] = SETTINGS[name].merge?.(write);
  }
  return changed;
}

type ConfField = keyof typeof CONF_FIELDS;

function confFields(body: OwnerConfUpdate): [ConfField, OwnerSettingName][] {
  const fields = Object.entries(CONF_FIELDS) as [ConfField, OwnerSettingName][];
  return fields.filter(([field]) => body[field] !== undefined);
}

/** Settings by their names, as `/x-config` shows them; those that are not set are left out. */
export function showSettings(stored: StoredSettings, form: 'object' | 'string') {
  const present = NAMES.filter((name) => stored[name] !== undefined);
  return showNamed(stored, present, form);
}

/** The settings that a request wrote, also those that it emptied. */
export function showWritten(stored: StoredSettings, body: OwnerConfigUpdate): OwnerConfigSettings {
  return showNamed(
    stored,
    NAMES.filter((name) => body[name] !== undefined),
    'object',
  );
}

function showNamed(
  stored: StoredSettings,
  names: readonly OwnerSettingName[],
  form: 'object' | 'string',
): OwnerConfigSettings {
  const show = (name: OwnerSettingName): unknown => {
    const { show: asObject, text } = SETTINGS[name];
    return form === 'string' ? text(stored[name]) : asObject(stored[name]);
  };
  return Object.fromEntries(names.map((name) => [name, show(name)])) as OwnerConfigSettings;
}

/** The maps that `POST /x-conf` wrote, as they stand now. */
export function showMerged(stored: StoredSettings, body: OwnerConfUpdate): object {
  return Object.fromEntries(
    confFields(body).map(([field, name]) => [field, SETTINGS[name].show(stored[name])]),
  );
}

type ShownMap = ConfField | 'SwitchOver';

/** All maps as `GET /x-conf` shows them. */
export function showMaps(stored: StoredSettings): Pick<OwnerConfView, ShownMap> {
  const fields = { ...CONF_FIELDS, SwitchOver: 'SWITCH_OVER' } as const;
  const shown = Object.entries(fields).map(([field, name]) => [
    field,
    SETTINGS[name].show(stored[name]),
  ]);
  return Object.fromEntries(shown);
}
