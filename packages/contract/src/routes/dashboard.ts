import { z } from 'zod';
import { namedKeyCreate, namedKeyCreated, namedKeyList, namedKeyRevoked } from '../accounts.ts';
import { accountInfo, accountStatus } from '../dashboard.ts';
import { exampleNamedKey, exampleAccount as own } from '../examples.ts';
import { pathId } from '../formats.ts';
import { aliasRoute, defineRoute } from '../route.ts';

const getStatus = defineRoute({
  id: 'dashboard.status',
  method: 'GET',
  path: '/dashboard/status',
  summary: 'See the own account and its balance',
  tag: 'Dashboard',
  auth: 'key',
  responses: {
    200: {
      description: 'The account in short.',
      schema: accountStatus,
      example: {
        object: 'user_status',
        id: own.ID,
        name: own.Name,
        email: own.Email,
        balance: own.Balance,
        dna: own.DNA,
      },
    },
  },
  errors: [],
});

const getInfo = defineRoute({
  id: 'dashboard.info',
  method: 'GET',
  path: '/dashboard/info',
  summary: 'See everything about the own account',
  description: 'Identity, credit cards with their expiry, limits and restrictions.',
  tag: 'Dashboard',
  auth: 'key',
  responses: { 200: { description: 'The account in full.', schema: accountInfo } },
  errors: [],
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
  description: 'The answer is the only time that the key is shown.',
  tag: 'Dashboard',
  auth: 'key',
  body: { schema: namedKeyCreate, example: { name: 'ci', scopes: ['/v1/chat/completions'] } },
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

/** The caller's own account. */
export const dashboardRoutes = {
  getStatus,
  getStatusAlias: aliasRoute(getStatus, {
    id: 'dashboard.statusAlias',
    path: '/dashboard/x-user-status',
  }),
  getInfo,
  getInfoAlias: aliasRoute(getInfo, { id: 'dashboard.infoAlias', path: '/dashboard/x-user-info' }),
  listNamedKeys,
  createNamedKey,
  revokeNamedKey,
};
