export { affinityOf } from './affinity.ts';
export { hideSecrets, isSecretField } from './config-secrets.ts';
export { type EgressRights, isAllowedAddress } from './egress.ts';
export type {
  ExplainedCandidate,
  ExplainedStage,
  RouteExplanation,
  SkippedKey,
} from './explain.ts';
export { createKeyPools, type KeyPoolsDeps, type RuntimeKeyPools } from './key-pools.ts';
export { completeLevelMapper } from './level-completion.ts';
export { isListenPlace, type ListenPlace } from './listen-place.ts';
export {
  mergeRules,
  type RuleMapName,
  readRules,
  replaceRules,
  rulesText,
  type StoredRules,
} from './mapping-change.ts';
export {
  parseLevelMapper,
  parseModelFailover,
  parseModelMapper,
  parseSwitchOver,
} from './mapping-text.ts';
export { type OwnerRoutingParts, readOwnerRouting } from './owner-routing.ts';
export type { DefaultPriceReader, ProviderKeyRules } from './provider-key-config.ts';
export { readKeyChange, readNewKey, toProviderKey } from './provider-key-input.ts';
export { type ProviderUrlRules, readProviderUrl } from './provider-url.ts';
export type { AttemptBounds } from './route-plan.ts';
export { createRouter, type RouterDeps } from './router.ts';
export type {
  KeyWriter,
  NewProviderKey,
  ProviderKeyFilter,
  ProviderKeyRow,
  ProviderKeyStore,
  SettingsStore,
  SettingsWrite,
} from './store.ts';
export type { MappingStep } from './trace.ts';
export type {
  Candidate,
  DefaultModelKind,
  KeyHealth,
  KeyOffer,
  KeyPools,
  ModelDirectory,
  OwnerRouting,
  PriceQuery,
  ProviderKey,
  RouteInput,
  RoutePlan,
  Router,
  RoutingPolicy,
  SleepingKey,
  Stage,
} from './types.ts';
