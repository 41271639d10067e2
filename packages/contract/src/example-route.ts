import type { RouteExplanationView } from './route-explanation.ts';

const WAKES = '2026-11-22T10:45:00.000Z';

const exampleKey = {
  id: 123,
  name: 'OpenAI main pool',
  provider: 'https://api.openai.com',
  level: 1,
  weight: 1,
};

/** A route, explained. */
export const exampleRoute: RouteExplanationView = {
  object: 'route',
  account_id: 42,
  owner_id: 1,
  surface: 'messages',
  endpoint: '/v1/messages',
  model: 'gpt-3.5-turbo',
  resolved: 'gpt-4o-mini',
  would_be_tried: true,
  refusal: null,
  mapping: [
    {
      stage: 'asked',
      from: 'gpt-3.5-turbo',
      to: 'gpt-3.5-turbo',
      canonical: 'gpt-3.5-turbo',
      rule: null,
      account_id: null,
      hidden_rule: null,
    },
    {
      stage: 'user',
      from: 'gpt-3.5-turbo',
      to: 'gpt-4o-mini',
      canonical: 'gpt-4o-mini',
      rule: 'gpt-3.5*',
      account_id: 42,
      hidden_rule: null,
    },
  ],
  allowlists: {
    account_enabled: true,
    endpoint_allowed: true,
    address_allowed: null,
    models: [{ account_id: 42, pattern: 'gpt-4*' }],
    levels: null,
  },
  stages: [
    {
      order: 1,
      reason: 'primary',
      model: 'gpt-4o-mini',
      level: 1,
      level_by: 'rule',
      level_rule: 'gpt*',
      failover_rule: null,
      candidates: [
        {
          key: exampleKey,
          upstream_model: 'gpt-4o-mini',
          outstanding: 3,
          wire: { endpoint: 'chat', mode: 'translated' },
          price: {
            source: 'catalog:openai@2026-11-01',
            multiplier: 1,
            per_million_tokens: { input: '0.15', output: '0.6' },
            tiers: [],
          },
        },
      ],
      candidates_total: 1,
      skipped: [
        {
          key: { ...exampleKey, id: 124, name: 'OpenAI reserve' },
          reason: 'asleep',
          until: WAKES,
          cause: 'quota',
        },
      ],
      skipped_total: 1,
    },
  ],
  limits: [
    {
      name: 'RPM',
      limit: 60,
      scope: 'account',
      account_id: 42,
      model: null,
      used: 12,
      reset_seconds: 41,
    },
  ],
  attempts: { max: 6, deadline_seconds: 600 },
  factor: 1,
  rates: 1,
};
