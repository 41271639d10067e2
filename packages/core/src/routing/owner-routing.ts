import { type Failure, isFailure } from '../kernel/index.ts';
import {
  parseLevelMapper,
  parseModelFailover,
  parseModelMapper,
  parseSwitchOver,
} from './mapping-text.ts';
import type { DefaultModelKind, OwnerRouting, ProviderKey } from './types.ts';

/** What an owner's snapshot is made of. */
export interface OwnerRoutingParts {
  readonly ownerId: number;
  readonly keys: readonly ProviderKey[];
  /** Stored configuration by `/x-config` name. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The parsed PRICING, opaque here. */
  readonly pricing?: unknown;
}

/** A snapshot from stored settings. They were validated when written; a map that is unreadable is empty. */
export function readOwnerRouting(parts: OwnerRoutingParts): OwnerRouting {
  const { ownerId, keys, settings, pricing } = parts;
  const read = <K, V>(
    name: string,
    parse: (value: unknown, param: string) => Map<K, V> | Failure,
  ): ReadonlyMap<K, V> => {
    const map = settings[name] === undefined ? undefined : parse(settings[name], name);
    return map === undefined || isFailure(map) ? new Map() : map;
  };
  return {
    ownerId,
    keys,
    modelMapper: read('MODEL_MAPPER', parseModelMapper),
    levelMapper: read('LEVEL_MAPPER', parseLevelMapper),
    switchOver: read('SWITCH_OVER', parseSwitchOver),
    modelFailover: read('MODEL_FAILOVER', parseModelFailover),
    ...(pricing === undefined ? {} : { pricing }),
    defaultModels: readDefaultModels(settings),
    ...hedgeOf(settings),
  };
}

const DEFAULT_MODEL_SETTINGS: readonly (readonly [kind: DefaultModelKind, name: string])[] = [
  ['image', 'DEFAULT_IMAGE_MODEL'],
  ['speech', 'DEFAULT_SPEECH_MODEL'],
];

function readDefaultModels(
  settings: OwnerRoutingParts['settings'],
): ReadonlyMap<DefaultModelKind, string> {
  const models = new Map<DefaultModelKind, string>();
  for (const [kind, name] of DEFAULT_MODEL_SETTINGS) {
    const model = settings[name];
    if (typeof model === 'string' && model.trim() !== '') models.set(kind, model.trim());
  }
  return models;
}

const MS_PER_SECOND = 1_000;

function hedgeOf(settings: OwnerRoutingParts['settings']): Pick<OwnerRouting, 'hedgeAfterMs'> {
  const seconds = settings.HEDGE_AFTER;
  if (typeof seconds !== 'number' || seconds <= 0) return {};
  return { hedgeAfterMs: seconds * MS_PER_SECOND };
}
