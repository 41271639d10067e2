import type { AccountsService, OperationLog } from '@meridian/core/accounts';
import type { ResponsesService, ResultFileStore } from '@meridian/core/inference';
import type { MailService, NewsService } from '@meridian/core/platform';
import { createReference } from '../edge/management/docs/reference.ts';
import type { ServedRoute } from '../edge/management/served-route.ts';
import type { Dashboard } from '../services/dashboard.ts';
import type { LegacyBilling } from '../services/legacy-billing.ts';
import { createNamedKey } from './dashboard/create-named-key.ts';
import { getConf } from './dashboard/get-conf.ts';
import { getInfo } from './dashboard/get-info.ts';
import { getLive } from './dashboard/get-live.ts';
import { getStatus } from './dashboard/get-status.ts';
import { legacyBilling } from './dashboard/legacy-billing.ts';
import { listLogs } from './dashboard/list-logs.ts';
import { listNamedKeys } from './dashboard/list-named-keys.ts';
import { revokeNamedKey } from './dashboard/revoke-named-key.ts';
import { getFile } from './files/get-file.ts';
import { responseRoutes } from './responses/responses.ts';
import { getDocs } from './service/get-docs.ts';
import { getHealth } from './service/get-health.ts';
import { getMetrics } from './service/get-metrics.ts';
import { getOpenapi } from './service/get-openapi.ts';
import { type CheckReadiness, getReadiness } from './service/get-readiness.ts';
import { computeAstrology, type PaidAstrology } from './v1/compute-astrology.ts';
import { getModel } from './v1/get-model.ts';
import type { LimitReader } from './v1/limit-reader.ts';
import { listModels, type ModelList } from './v1/list-models.ts';
import { createAccount } from './x/create-account.ts';
import { createProviderKey } from './x/create-provider-key.ts';
import { deleteAccount } from './x/delete-account.ts';
import { deleteProviderKey } from './x/delete-provider-key.ts';
import { explainRoute, type RouteExplainer } from './x/explain-route.ts';
import { explainUsage, type UsageReader } from './x/explain-usage.ts';
import { findAccounts } from './x/find-accounts.ts';
import { findProviderKeys } from './x/find-provider-keys.ts';
import { generateKey } from './x/generate-key.ts';
import { type BillService, getBill } from './x/get-bill.ts';
import { getMargin, type MarginService } from './x/get-margin.ts';
import { listAccounts } from './x/list-accounts.ts';
import { listProviderKeys } from './x/list-provider-keys.ts';
import { listUsage, type UsageLister } from './x/list-usage.ts';
import { manageMail } from './x/mail.ts';
import { manageNews, readNews } from './x/news.ts';
import type { OwnerConfigService } from './x/owner-config-service.ts';
import type { ProviderKeyService } from './x/provider-key-service.ts';
import { readConf } from './x/read-conf.ts';
import { readConfig } from './x/read-config.ts';
import { resetConfig } from './x/reset-config.ts';
import { rotateKey } from './x/rotate-key.ts';
import { testProviderKey } from './x/test-provider-key.ts';
import { updateAccount } from './x/update-account.ts';
import { updateConf } from './x/update-conf.ts';
import { updateConfig } from './x/update-config.ts';
import { updateProviderKey } from './x/update-provider-key.ts';

/** What the process tells about itself. */
export interface ServiceFacts {
  readonly version: string;
  readonly checkReadiness: CheckReadiness;
  readonly metricsText: () => Promise<string>;
}

/** The services behind the routes. */
export interface RouteServices {
  readonly service: ServiceFacts;
  readonly models: ModelList;
  readonly limits: LimitReader;
  readonly accounts: AccountsService;
  readonly providerKeys: ProviderKeyService;
  readonly routes: RouteExplainer;
  readonly ownerConfig: OwnerConfigService;
  readonly usage: UsageReader & UsageLister;
  readonly bills: BillService;
  readonly margins: MarginService;
  readonly dashboard: Dashboard;
  readonly legacyBilling: LegacyBilling;
  readonly log: Pick<OperationLog, 'list'>;
  readonly news: NewsService;
  readonly astrology: PaidAstrology;
  readonly mails: Pick<MailService, 'list' | 'test' | 'retry'>;
  readonly responses: ResponsesService;
  readonly resultFiles: Pick<ResultFileStore, 'find'>;
}

/** Every route that the management application serves. */
export function managementRoutes(services: RouteServices): readonly ServedRoute[] {
  const { models, limits } = services;
  return [
    ...listModels(models, limits),
    ...getModel(models, limits),
    ...computeAstrology(services.astrology),
    ...accountRoutes(services.accounts),
    ...providerKeyRoutes(services.providerKeys),
    explainRoute(services.routes),
    ...ownerConfigRoutes(services.ownerConfig),
    ...responseRoutes(services.responses),
    getFile(services.resultFiles),
    ...listLogs(services.log),
    ...manageMail(services.mails),
    ...manageNews(services.news),
    ...readNews(services.news),
    listUsage(services.usage),
    explainUsage(services.usage),
    ...getBill(services.bills),
    getMargin(services.margins),
    ...getInfo(services.dashboard),
    ...getLive(services.dashboard),
    ...getConf(services.dashboard),
    ...legacyBilling(services.legacyBilling, limits),
    ...serviceRoutes(services.service),
  ];
}

function accountRoutes(accounts: AccountsService): readonly ServedRoute[] {
  return [
    ...listAccounts(accounts),
    ...findAccounts(accounts),
    createAccount(accounts),
    ...updateAccount(accounts),
    deleteAccount(accounts),
    generateKey(accounts),
    ...rotateKey(accounts),
    ...getStatus(accounts),
    listNamedKeys(accounts),
    createNamedKey(accounts),
    revokeNamedKey(accounts),
  ];
}

function providerKeyRoutes(keys: ProviderKeyService): readonly ServedRoute[] {
  return [
    listProviderKeys(keys),
    createProviderKey(keys),
    findProviderKeys(keys),
    ...updateProviderKey(keys),
    deleteProviderKey(keys),
    testProviderKey(keys),
  ];
}

function ownerConfigRoutes(config: OwnerConfigService): readonly ServedRoute[] {
  return [
    readConfig(config),
    ...updateConfig(config),
    resetConfig(config),
    readConf(config),
    updateConf(config),
  ];
}

function serviceRoutes(service: ServiceFacts): readonly ServedRoute[] {
  const reference = createReference(service.version);
  return [
    getHealth(service.version),
    getReadiness(service.checkReadiness),
    getMetrics(service.metricsText),
    getOpenapi(reference.document),
    getDocs(reference.page),
  ];
}
