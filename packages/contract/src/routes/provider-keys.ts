import { z } from 'zod';
import { exampleKeyTest, exampleProviderKey } from '../examples.ts';
import { PAGE_SIZE_MAX, pathId, recordId, textualInteger } from '../formats.ts';
import { pagingHeaders } from '../headers.ts';
import {
  LEVEL_MAX,
  PROVIDER_KEY_STATES,
  providerKeyAnswer,
  providerKeyCreate,
  providerKeyList,
  providerKeyTest,
  providerKeyTestAnswer,
  providerKeyUpdate,
} from '../provider-keys.ts';
import { aliasRoute, defineRoute, type ResponseSpec } from '../route.ts';

const paging = {
  page: textualInteger(1).exactOptional().describe('From 1.'),
  size: textualInteger(1, PAGE_SIZE_MAX).exactOptional().describe('Entries per page.'),
};
const status = z
  .enum(['true', 'false', ...PROVIDER_KEY_STATES])
  .exactOptional()
  .describe('The stored Status, or a state: active, disabled or sleeping.');
const keyId = z.object({ id: pathId(123) });

const listed: ResponseSpec = {
  description: 'The keys.',
  schema: providerKeyList,
  headers: pagingHeaders,
  example: { success: true, keys: [exampleProviderKey] },
};
const answered = { success: true, key: exampleProviderKey };

const listProviderKeys = defineRoute({
  id: 'providerKeys.list',
  method: 'GET',
  path: '/x-keys',
  summary: 'List provider keys',
  description: 'The keys of the calling owner, oldest first. Secrets are never shown.',
  tag: 'Provider keys',
  auth: 'key',
  query: z.object({
    id: textualInteger(1).exactOptional(),
    level: textualInteger(0, LEVEL_MAX).exactOptional(),
    provider: z.string().min(1).exactOptional().describe('A base URL, or its host alone.'),
    status,
    ...paging,
  }),
  responses: { 200: listed },
  errors: ['permission_denied'],
});

const createProviderKey = defineRoute({
  id: 'providerKeys.create',
  method: 'POST',
  path: '/x-keys',
  summary: 'Add a provider key',
  description:
    'The key joins the pool of its level. For a host that Meridian knows, the vendor’s model patterns are added to LevelMapper where no rule of the same pattern exists. The secret is stored encrypted.',
  tag: 'Provider keys',
  auth: 'key',
  body: {
    schema: providerKeyCreate,
    example: {
      SecretKey: 'sk-proj-0123456789abcdefghij',
      Name: 'OpenAI main pool',
      Level: 1,
      Provider: 'https://api.openai.com',
    },
  },
  requestHeaders: ['Idempotency-Key'],
  responses: { 200: { description: 'The new key.', schema: providerKeyAnswer, example: answered } },
  errors: ['permission_denied'],
});

const findProviderKeys = defineRoute({
  id: 'providerKeys.find',
  method: 'GET',
  path: '/x-keys/{id}',
  summary: 'Look up provider keys',
  description:
    'The last part of the path is an id (`123`), a level (`L2`) or the host of a provider (`api.openai.com`). Always answers a list; an unknown id is 404.',
  tag: 'Provider keys',
  auth: 'key',
  params: z.object({
    id: z
      .string()
      .min(1)
      .meta({ examples: ['123'] }),
  }),
  query: z.object({ status, ...paging }),
  responses: { 200: listed },
  errors: ['permission_denied', 'not_found'],
});

const updateProviderKey = defineRoute({
  id: 'providerKeys.update',
  method: 'PUT',
  path: '/x-keys/{id}',
  summary: 'Change a provider key',
  description: 'What the body leaves out stays as it is.',
  tag: 'Provider keys',
  auth: 'key',
  params: keyId,
  body: { schema: providerKeyUpdate, example: { Level: 2, Status: true } },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: { description: 'The key as it is now.', schema: providerKeyAnswer, example: answered },
  },
  errors: ['permission_denied', 'not_found'],
});

const deleteProviderKey = defineRoute({
  id: 'providerKeys.delete',
  method: 'DELETE',
  path: '/x-keys/{id}',
  summary: 'Delete a provider key',
  description: 'Requests that are using it run to their end.',
  tag: 'Provider keys',
  auth: 'key',
  params: keyId,
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'It is gone.',
      schema: z.object({
        success: z.literal(true),
        deleted: z.array(recordId),
        message: z.string(),
      }),
      example: { success: true, deleted: [123], message: 'Key deleted.' },
    },
  },
  errors: ['permission_denied', 'not_found'],
});

const testProviderKey = defineRoute({
  id: 'providerKeys.test',
  method: 'POST',
  path: '/x-keys/{id}/test',
  summary: 'Test a provider key',
  description:
    'Makes one small real call with the key, for one token of output, and tells how it went. The provider may bill it; no account is charged, and whether the key rests does not change. A key can be tested 6 times a minute.',
  tag: 'Provider keys',
  auth: 'key',
  params: keyId,
  body: { schema: providerKeyTest, isOptional: true, example: { model: 'gpt-4o-mini' } },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'How it went, well or not.',
      schema: providerKeyTestAnswer,
      example: { success: true, test: exampleKeyTest },
    },
  },
  errors: ['permission_denied', 'not_found', 'rate_limit_exceeded', 'service_unavailable'],
});

/** An owner's keys at the providers. */
export const providerKeyRoutes = {
  listProviderKeys,
  createProviderKey,
  findProviderKeys,
  updateProviderKey,
  updateProviderKeyByPost: aliasRoute(updateProviderKey, {
    id: 'providerKeys.updateByPost',
    method: 'POST',
  }),
  deleteProviderKey,
  testProviderKey,
};
