import { accountInfo, accountStatus } from '../dashboard.ts';
import { exampleAccount as own } from '../examples.ts';
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

/** The caller's own account. */
export const dashboardRoutes = {
  getStatus,
  getStatusAlias: aliasRoute(getStatus, {
    id: 'dashboard.statusAlias',
    path: '/dashboard/x-user-status',
  }),
  getInfo,
  getInfoAlias: aliasRoute(getInfo, { id: 'dashboard.infoAlias', path: '/dashboard/x-user-info' }),
};
