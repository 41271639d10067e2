import {
  type OwnerConfigSettings,
  type OwnerConfUpdated,
  type OwnerConfView,
  ownerConfigDeleted,
  ownerConfigQuery,
  ownerConfigReset,
  ownerConfigUpdate,
  ownerConfigUpdated,
  ownerConfigView,
  ownerConfUpdate,
  ownerConfUpdated,
  ownerConfView,
} from '../owner-config.ts';
import { aliasRoute, defineRoute } from '../route.ts';

const settings: OwnerConfigSettings = {
  MODEL_MAPPER: { 'gpt-3.5*': 'gpt-4o-mini' },
  LEVEL_MAPPER: { 'gpt-4*': 1, 'claude*': 2 },
  SWITCH_OVER: { '1': 2 },
  MODEL_LIMITS: { 'gpt-4o': { rpm: 30, tpm: 90000 } },
  PRICING: '{"ChatPricing":{"gpt-4o":{"InputText":3.5}}}',
};

const readConfig = defineRoute({
  id: 'config.get',
  method: 'GET',
  path: '/x-config',
  summary: 'Read an owner’s settings',
  description: 'Settings that are not listed have their defaults.',
  tag: 'Configuration',
  auth: 'key',
  query: ownerConfigQuery,
  responses: {
    200: {
      description: 'What is set.',
      schema: ownerConfigView,
      example: { success: true, oid: 1, configs: settings },
    },
  },
  errors: ['permission_denied'],
});

const updateConfig = defineRoute({
  id: 'config.update',
  method: 'PUT',
  path: '/x-config',
  summary: 'Change an owner’s settings',
  description:
    'Text replaces a map; an object is merged into it, and null removes one entry. All is checked before anything is written, and in force on every node within a second.',
  tag: 'Configuration',
  auth: 'key',
  body: {
    schema: ownerConfigUpdate,
    example: {
      MODEL_MAPPER: 'gpt-3.5*=gpt-4o-mini, o*=gpt-4o',
      LEVEL_MAPPER: { 'gpt-4*': 1, 'claude*': 2 },
      SWITCH_OVER: '1=2',
      MODEL_LIMITS: { 'gpt-4o': { rpm: 30, tpm: 90000 } },
      PRICING: '{"ChatPricing":{"gpt-4o":{"InputText":3.5,"OutputText":12}}}',
    },
  },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'What was written, as it stands now.',
      schema: ownerConfigUpdated,
      example: { success: true, updated: settings, message: 'Settings updated.' },
    },
  },
  errors: ['permission_denied'],
});

const resetConfig = defineRoute({
  id: 'config.reset',
  method: 'DELETE',
  path: '/x-config',
  summary: 'Put settings back to their defaults',
  tag: 'Configuration',
  auth: 'key',
  body: { schema: ownerConfigReset, example: { keys: ['MODEL_MAPPER', 'PRICING'] } },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'They have their defaults.',
      schema: ownerConfigDeleted,
      example: {
        success: true,
        deleted: ['MODEL_MAPPER', 'PRICING'],
        message: 'Settings are back to their defaults.',
      },
    },
  },
  errors: ['permission_denied'],
});

const shownConf: OwnerConfView = {
  Resources: { '/v1/chat/completions': {}, '/v1/embeddings': {} },
  AllowOrigins: { '*': {} },
  LevelMapper: { 'gpt-4*': 2, 'claude*': 3 },
  ModelMapper: { 'gpt-3.5*': 'gpt-4o-mini' },
  ModelFailover: { 'gpt-4o': ['gpt-4o-mini'] },
  ModelLimits: { 'gpt-4o': { rpm: 30, tpm: 90000 } },
  SwitchOver: { '1': 2 },
  SleepingKeys: [
    {
      ID: 123,
      Name: 'OpenAI main pool',
      Level: 1,
      Provider: 'https://api.openai.com',
      Status: false,
      SleepTimes: 3,
      SleepUntil: '2026-11-22T11:00:00.000Z',
      SleepSeconds: 1800,
      Cause: 'overload',
    },
  ],
  DisabledKeys: [
    {
      ID: 456,
      Name: 'OpenAI test',
      Level: 2,
      Provider: 'https://api.openai.com',
      Status: false,
    },
  ],
  UserMinBalance: 1,
  UserApiBalance: 0.5,
};
const writtenConf: OwnerConfUpdated = {
  LoadKeys: 'true',
  ModelMapper: { 'gpt-3.5*': 'gpt-4o-mini', 'o*': 'gpt-4o' },
  LevelMapper: { 'gpt-4*': 2, 'claude*': 3 },
  ModelLimits: { 'gpt-4o': { rpm: 30, tpm: 90000 } },
};

const readConf = defineRoute({
  id: 'conf.get',
  method: 'GET',
  path: '/x-conf',
  summary: 'See maps, sleeping and disabled keys of an owner',
  tag: 'Configuration',
  auth: 'key',
  responses: {
    200: { description: 'As it stands.', schema: ownerConfView, example: shownConf },
  },
  errors: ['permission_denied'],
});

const updateConf = defineRoute({
  id: 'conf.update',
  method: 'POST',
  path: '/x-conf',
  summary: 'Merge into an owner’s maps, wake or reload its keys',
  description:
    'Edits the same maps as `/x-config`; they are in force for every descendant at once, and what a descendant set itself survives. In text `a=b` sets a rule, `-a` removes one, `*` removes all; `Resources` and `ModelLimits` take `-x` and `*` too. An object is merged, and null removes one entry.',
  tag: 'Configuration',
  auth: 'key',
  body: {
    schema: ownerConfUpdate,
    example: {
      LoadKeys: true,
      ModelMapper: 'gpt-3.5*=gpt-4o-mini, o*=gpt-4o',
      LevelMapper: 'gpt-4*=2, claude*=3',
      ModelLimits: { 'gpt-4o': { rpm: 30, tpm: 90000 } },
    },
  },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'What was written, as it stands now.',
      schema: ownerConfUpdated,
      example: writtenConf,
    },
  },
  errors: ['permission_denied'],
});

/** What an owner configures for its subtree. */
export const ownerConfigRoutes = {
  readConfig,
  updateConfig,
  updateConfigByPost: aliasRoute(updateConfig, { id: 'config.updateByPost', method: 'POST' }),
  resetConfig,
  readConf,
  updateConf,
};
