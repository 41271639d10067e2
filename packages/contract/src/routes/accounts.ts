import { z } from 'zod';
import {
  accountCreate,
  accountCreated,
  accountDeleted,
  accountDeleteQuery,
  accountListQuery,
  accountUpdate,
  accountUpdated,
  accountView,
  generatedKey,
} from '../accounts.ts';
import { exampleAccount, exampleCreated, exampleDeleted, exampleUpdated } from '../examples.ts';
import { IDENTIFIER_MAX_CHARS } from '../formats.ts';
import { pagingHeaders } from '../headers.ts';
import { aliasRoute, defineRoute, type ResponseSpec } from '../route.ts';

const identifier = z.object({
  identifier: z
    .string()
    .min(1)
    .max(IDENTIFIER_MAX_CHARS)
    .describe('An id, a name or an e-mail address.')
    .meta({ examples: ['42'] }),
});
const selector = z.object({
  identifier: z
    .string()
    .min(1)
    .max(IDENTIFIER_MAX_CHARS)
    .describe(
      'An id, a name, an e-mail address, a DNA path, or a filter: `L2` (level), `G1` (gear), `R1` (role), `T0` (tier), `F1.5` (factor).',
    )
    .meta({ examples: ['42'] }),
});
const accounts = z.array(accountView);
const listed: ResponseSpec = {
  description: 'The accounts, as a bare array.',
  schema: accounts,
  headers: pagingHeaders,
  example: [exampleAccount],
};

const listChildren = defineRoute({
  id: 'accounts.listChildren',
  method: 'GET',
  path: '/x-users',
  summary: 'List the direct subaccounts',
  description: 'Conditions in the query are combined.',
  tag: 'Accounts',
  auth: 'key',
  query: accountListQuery,
  responses: { 200: listed },
  errors: [],
});

const createAccount = defineRoute({
  id: 'accounts.create',
  method: 'POST',
  path: '/x-users',
  summary: 'Create a subaccount',
  description:
    'The credit moves from the caller’s balance to the new account. The answer is the only time that the new key is shown.',
  tag: 'Accounts',
  auth: 'key',
  body: {
    schema: accountCreate,
    example: {
      Name: 'acme-production',
      Email: 'ops@acme.example',
      CreditGranted: 100,
      RPM: 60,
      TPM: 150000,
      AllowModels: 'gpt-4o* claude-*',
    },
  },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'The new account and its key.',
      schema: accountCreated,
      example: exampleCreated,
    },
  },
  errors: ['insufficient_balance', 'permission_denied', 'conflict'],
});

const findChildren = defineRoute({
  id: 'accounts.findChildren',
  method: 'GET',
  path: '/x-users/{identifier}',
  summary: 'Look up direct subaccounts',
  description: 'Answers an array, also for one account. The caller’s own account can be read too.',
  tag: 'Accounts',
  auth: 'key',
  params: selector,
  query: accountListQuery,
  responses: { 200: listed },
  errors: ['not_found'],
});

const updateAccount = defineRoute({
  id: 'accounts.update',
  method: 'PUT',
  path: '/x-users/{identifier}',
  summary: 'Change an account, grant credit or take it back',
  description:
    'Works on every account below the caller, and within limits on its own. What the body leaves out stays as it is; a change is made whole or not at all.',
  tag: 'Accounts',
  auth: 'key',
  params: identifier,
  body: { schema: accountUpdate, example: { CreditGranted: 100, Days: 30 } },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: { description: 'What was changed.', schema: accountUpdated, example: exampleUpdated },
  },
  errors: ['insufficient_balance', 'permission_denied', 'not_found', 'conflict'],
});

const deleteAccount = defineRoute({
  id: 'accounts.delete',
  method: 'DELETE',
  path: '/x-users/{identifier}',
  summary: 'Delete an account',
  description:
    'What is left of its credit, less a fee of $0.20, goes to its parent and is valid for 180 days. An account with descendants is only deleted with `cascade=true`.',
  tag: 'Accounts',
  auth: 'key',
  params: identifier,
  query: accountDeleteQuery,
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: { description: 'It is gone.', schema: accountDeleted, example: exampleDeleted },
  },
  errors: ['permission_denied', 'not_found', 'conflict'],
});

const listDescendants = defineRoute({
  id: 'accounts.listDescendants',
  method: 'GET',
  path: '/x-dna',
  summary: 'List all accounts below the caller',
  description: 'Conditions in the query are combined.',
  tag: 'Accounts',
  auth: 'key',
  query: accountListQuery,
  responses: { 200: listed },
  errors: [],
});

const findDescendants = defineRoute({
  id: 'accounts.findDescendants',
  method: 'GET',
  path: '/x-dna/{identifier}',
  summary: 'Look up accounts at any depth below the caller',
  description: 'Answers an array, also for one account.',
  tag: 'Accounts',
  auth: 'key',
  params: selector,
  query: accountListQuery,
  responses: { 200: listed },
  errors: ['not_found'],
});

const generateKey = defineRoute({
  id: 'accounts.generateKey',
  method: 'GET',
  path: '/x-gkey',
  summary: 'Make up a key',
  description: 'A fresh, well-formed secret key that belongs to nobody yet.',
  tag: 'Accounts',
  auth: 'key',
  responses: {
    200: {
      description: 'The key.',
      schema: generatedKey,
      example: { success: true, key: exampleCreated.User.SecretKey },
    },
  },
  errors: [],
});

/** The tree of accounts. */
export const accountRoutes = {
  listChildren,
  createAccount,
  findChildren,
  updateAccount,
  updateAccountByPost: aliasRoute(updateAccount, { id: 'accounts.updateByPost', method: 'POST' }),
  deleteAccount,
  listDescendants,
  findDescendants,
  generateKey,
};
