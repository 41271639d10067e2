import { accountConf, accountInfo, accountLive, accountStatus } from '../dashboard.ts';
import { exampleAccount as own } from '../examples.ts';
import { aliasRoute, defineRoute } from '../route.ts';
import { modelRoutes } from './models.ts';

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
  description:
    'Identity, credit cards with their expiry, usage of today and this month, limits and restrictions: flat, and the same in the groups `user`, `credit`, `limits`, `usage` and `access`.',
  tag: 'Dashboard',
  auth: 'key',
  responses: { 200: { description: 'The account in full.', schema: accountInfo } },
  errors: [],
});

const getLive = defineRoute({
  id: 'dashboard.live',
  method: 'GET',
  path: '/dashboard/live',
  summary: 'See how the own account stands at this moment',
  description: 'Balance, usage of today and this month, and what is left of each rate limit.',
  tag: 'Dashboard',
  auth: 'key',
  responses: {
    200: {
      description: 'The state of now.',
      schema: accountLive,
      example: {
        object: 'user_live',
        id: own.ID,
        name: own.Name,
        at: '2026-11-22T10:30:00.000Z',
        balance: own.Balance,
        reserved: 0.5,
        daily_usage: { CreditUsed: 0.35, Requests: 12 },
        monthly_usage: { CreditUsed: 3.5, Requests: 100 },
        monthly_cap: { limit: 1000, spent: 3.5, remaining: 996.5 },
        limits: [
          {
            name: 'RPM',
            scope: 'account',
            account_id: own.ID,
            limit: 60,
            used: 3,
            remaining: 57,
            reset_seconds: 41,
          },
        ],
      },
    },
  },
  errors: [],
});

const getConf = defineRoute({
  id: 'dashboard.conf',
  method: 'GET',
  path: '/dashboard/conf',
  summary: 'See what is configured for the own account',
  description:
    'What is effective: own rules over those of the accounts above. Owners see all that `GET /x-conf` shows.',
  tag: 'Dashboard',
  auth: 'key',
  responses: {
    200: {
      description: 'The configuration.',
      schema: accountConf,
      example: {
        Resources: { '*': {} },
        ModelMapper: { 'gpt-3.5*': 'gpt-4o-mini' },
        ModelLimits: { 'gpt-4o': { rpm: 30, tpm: 90000 } },
        UserMinBalance: 1,
        UserApiBalance: 0.5,
      },
    },
  },
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
  getLive,
  getLiveAlias: aliasRoute(getLive, { id: 'dashboard.liveAlias', path: '/dashboard/x-user-live' }),
  getConf,
  getConfAlias: aliasRoute(getConf, { id: 'dashboard.confAlias', path: '/dashboard/x-user-conf' }),
  listModels: aliasRoute(modelRoutes.listModels, {
    id: 'dashboard.models',
    path: '/dashboard/models',
  }),
  listModelsAlias: aliasRoute(modelRoutes.listModels, {
    id: 'dashboard.modelsAlias',
    path: '/dashboard/x-user-models',
  }),
};
