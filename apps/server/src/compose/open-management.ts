import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createAccountsService,
  createLedgerBooks,
  type Directory,
  type Principal,
} from '@meridian/core/accounts';
import type { Catalog } from '@meridian/core/catalog';
import type { Probe, ResponsesService, WindowDeps } from '@meridian/core/inference';
import { systemClock, systemRandom } from '@meridian/core/kernel';
import type { LedgerNode } from '@meridian/core/ledger';
import { createNewsService } from '@meridian/core/platform';
import type { Events } from '@meridian/core/telemetry';
import {
  createAccountSelector,
  createLedgerDesk,
  createMarginStore,
  createOperationLog,
  createUsageStore,
} from '@meridian/storage';
import type { Config } from '../config.ts';
import { createManagementApp, type ManagementDeps } from '../edge/management/application.ts';
import { managementRoutes, type ServiceFacts } from '../routes/index.ts';
import type { OwnerConfigService } from '../routes/x/owner-config-service.ts';
import { createBillService } from '../services/bills.ts';
import { createLimitReader } from '../services/limit-headers.ts';
import { createMarginService } from '../services/margin.ts';
import { createModelList } from '../services/models.ts';
import { createOwnerConfigService } from '../services/owner-config.ts';
import { createUsageLister, createUsageReader } from '../services/usage.ts';
import type { AccessLogSwitch } from './access-log-switch.ts';
import { isShownBy } from './faces.ts';
import type { Listening } from './listening.ts';
import { openAstrology } from './open-astrology.ts';
import { openKeyServices } from './open-key-services.ts';
import { openMail } from './open-mail.ts';
import { openOwnAccount, windowsOfCaller } from './open-own-account.ts';
import type { Routing } from './open-routing.ts';
import type { Storage } from './open-storage.ts';
import { readDefaultPrice } from './owner-routings.ts';

/** What the management application is put together from. */
export interface ManagementParts {
  readonly config: Config;
  readonly storage: Storage;
  readonly ledger: LedgerNode;
  readonly routing: Routing;
  readonly catalog: Catalog;
  readonly directory: Directory;
  readonly accessLog: AccessLogSwitch;
  readonly admission: WindowDeps;
  readonly probe: Probe;
  readonly responses: ResponsesService;
  readonly events: Events;
  readonly facts: ServiceFacts;
  readonly access: ManagementDeps['access'];
  readonly newRequestId: () => string;
  readonly listening: Listening;
}

/** Serves every route but the inference endpoints. */
export async function openManagement(
  parts: ManagementParts,
  open: AsyncDisposableStack,
): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const { storage, routing, catalog, events } = parts;
  const ownerConfig = openOwnerConfig(parts);
  const accounts = createAccountsService({
    store: storage.accounts,
    books: createLedgerBooks(parts.ledger, createLedgerDesk(storage.database, systemClock)),
    random: systemRandom,
    clock: systemClock,
    onChange: (accountId) => parts.directory.forgetAccount(accountId),
  });
  const limits = createLimitReader({
    windows: parts.admission.windows,
    windowsOf: windowsOfCaller(parts),
  });
  const app = createManagementApp({
    routes: managementRoutes({
      service: parts.facts,
      responses: parts.responses,
      resultFiles: storage.resultFiles,
      models: createModelList({
        catalog,
        router: routing.router,
        pools: routing.pools,
        clock: systemClock,
      }),
      accounts,
      ...openKeyServices({ ...parts, rulesFor: (caller) => rulesFor(caller, parts) }),
      ownerConfig,
      limits,
      log: createOperationLog(storage.database),
      mails: openMail(parts, open),
      news: createNewsService({
        store: storage.news,
        accounts: storage.accounts,
        clock: systemClock,
      }),
      astrology: openAstrology(parts),
      ...openReports(storage),
      ...openOwnAccount(parts, { accounts, ownerConfig }),
    }).filter(isShownBy(parts.config)),
    access: { ...parts.access, limitHeaders: limits.headers },
    idempotency: storage.idempotency,
    newRequestId: parts.newRequestId,
    report: ({ requestId, routeId, method, status, accountId, durationMs, failure }) => {
      const route = routeId ?? 'unknown';
      events.managed({ requestId, route, method, status, accountId, durationMs });
      if (failure?.fault === 'internal') events.unexpected(failure.detail.cause ?? failure, route);
    },
  });
  open.defer(() => app.close());
  await app.ready();
  return (request, response) => app.routing(request, response);
}

function openOwnerConfig(parts: ManagementParts): OwnerConfigService {
  const { storage, routing, directory, accessLog } = parts;
  return createOwnerConfigService({
    settings: storage.settings,
    accounts: storage.accounts,
    keys: storage.providerKeys,
    pools: routing.pools,
    clock: systemClock,
    saveProjections: () => parts.ledger.flush(),
    async onChange(ownerId) {
      directory.forgetOwner(ownerId);
      await Promise.all([routing.routings.reload(ownerId), accessLog.follow()]);
    },
  });
}

function openReports(storage: Storage) {
  const usage = createUsageStore(storage.database);
  const deps = { usage, selector: createAccountSelector(storage.database), clock: systemClock };
  return {
    usage: { ...createUsageReader(usage, storage.accounts), ...createUsageLister(deps) },
    bills: createBillService(deps),
    margins: createMarginService({ ...deps, margins: createMarginStore(storage.database) }),
  };
}

/** Root reaches private addresses; other owners where the operator allows it. */
function rulesFor({ policy }: Pick<Principal, 'policy'>, { config, listening }: ManagementParts) {
  return {
    ownerMayReachPrivate: policy.isRoot || config.allowPrivateUpstreams,
    publicUrl: config.publicUrl,
    listen: listening.place(),
    readDefaultPrice,
  };
}
