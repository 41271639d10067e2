import { z } from 'zod';
import { exampleCreated, exampleNamedKey } from '../examples.ts';
import { pathId } from '../formats.ts';
import {
  type KeyRotated,
  keyRotated,
  namedKeyCreate,
  namedKeyCreated,
  namedKeyList,
  namedKeyRevoked,
  rootRotation,
  selfRotation,
} from '../keys.ts';
import { defineRoute } from '../route.ts';

const exampleRotated: KeyRotated = {
  success: true,
  message: 'Self key rotated successfully',
  rotate: {
    action: 'rotate_self',
    id: 42,
    name: 'acme-production',
    key: exampleCreated.User.SecretKey,
    timestamp: '2026-11-22T10:30:00.000Z',
    old_key_until: null,
  },
};

const rotateSelf = defineRoute({
  id: 'keys.rotateSelf',
  method: 'POST',
  path: '/x-self',
  summary: 'Replace the own secret key',
  description:
    'The old key is dead on every node within a second, or after the overlap that is asked for; an earlier overlap ends. In the first hour of a day, yesterday’s date is accepted too. Named keys stay.',
  tag: 'Accounts',
  auth: 'key',
  body: {
    schema: selfRotation,
    example: { confirm: '2026-11-22-ROTATE-SELF', overlap_seconds: 600 },
  },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: { description: 'The new key.', schema: keyRotated, example: exampleRotated },
  },
  errors: ['permission_denied', 'conflict'],
});

const rotateRoot = defineRoute({
  id: 'keys.rotateRoot',
  method: 'POST',
  path: '/x-root',
  summary: 'Replace the secret key of root or of any account',
  description: 'For root only. The same as for one’s own key, with a key of one’s choice.',
  tag: 'Accounts',
  auth: 'key',
  body: {
    schema: rootRotation,
    example: { name: 'acme-production', confirm: '2026-11-22-ROTATE-ROOT' },
  },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'The new key.',
      schema: keyRotated,
      example: {
        ...exampleRotated,
        message: 'Key rotated successfully',
        rotate: { ...exampleRotated.rotate, action: 'rotate_root' },
      },
    },
  },
  errors: ['permission_denied', 'not_found', 'conflict'],
});

const listNamedKeys = defineRoute({
  id: 'namedKeys.list',
  method: 'GET',
  path: '/dashboard/keys',
  summary: 'List the named keys of the own account',
  tag: 'Dashboard',
  auth: 'key',
  responses: {
    200: {
      description: 'The keys, without their secrets.',
      schema: namedKeyList,
      example: { success: true, keys: [exampleNamedKey] },
    },
  },
  errors: [],
});

const createNamedKey = defineRoute({
  id: 'namedKeys.create',
  method: 'POST',
  path: '/dashboard/keys',
  summary: 'Create a named key',
  description:
    'The answer is the only time that the key is shown. A key that is limited itself cannot make or revoke keys.',
  tag: 'Dashboard',
  auth: 'key',
  body: {
    schema: namedKeyCreate,
    example: {
      name: 'ci',
      scopes: {
        endpoints: ['/v1/chat/completions'],
        models: ['gpt-4o*'],
        limits: { rpm: 30 },
        expires_at: '2036-11-22T10:30:00Z',
      },
    },
  },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'The new key.',
      schema: namedKeyCreated,
      example: {
        success: true,
        key: {
          ...exampleNamedKey,
          secret_key: `xln_live_7fJq2LrXz8uNaGk5vHtPw1B${exampleNamedKey.partial_key}`,
        },
      },
    },
  },
  errors: ['permission_denied', 'conflict'],
});

const revokeNamedKey = defineRoute({
  id: 'namedKeys.revoke',
  method: 'DELETE',
  path: '/dashboard/keys/{id}',
  summary: 'Revoke a named key',
  description: 'It stops working at once, on every node within a second.',
  tag: 'Dashboard',
  auth: 'key',
  params: z.object({ id: pathId(7) }),
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'It is revoked.',
      schema: namedKeyRevoked,
      example: { success: true, id: 7 },
    },
  },
  errors: ['not_found'],
});

/** Secret keys of accounts. */
export const keyRoutes = { rotateSelf, rotateRoot, listNamedKeys, createNamedKey, revokeNamedKey };
