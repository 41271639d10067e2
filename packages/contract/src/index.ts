export {
  type AccountCreate,
  type AccountCreated,
  type AccountDeleted,
  type AccountListQuery,
  type AccountUpdate,
  type AccountUpdated,
  type AccountView,
  accountCreate,
  accountCreated,
  accountDeleted,
  accountDeleteQuery,
  accountListQuery,
  accountUpdate,
  accountUpdated,
  accountView,
  generatedKey,
  LABEL_MAX_CHARS,
  MODEL_RULES_MAX,
  modelLimitsInput,
  modelMapperInput,
} from './accounts.ts';
export {
  type AstrologyInput,
  type AstrologyName,
  astrologyInputs,
} from './astrology.ts';
export {
  BILL_DAYS_MAX,
  type Bill,
  type BillQuery,
  bill,
  billQuery,
  type OwnBillQuery,
  ownBillQuery,
} from './bill.ts';
export {
  type ChatCompletionRequest,
  chatCompletionRequest,
} from './chat/request.ts';
export {
  type ChatCompletion,
  type ChatCompletionChunk,
  chatCompletion,
  chatCompletionChunk,
} from './chat/response.ts';
export type { AccountConf, AccountInfo, AccountLive, AccountStatus } from './dashboard.ts';
export { errorMeanings, errorsOf } from './error-meanings.ts';
export { type ErrorBody, type ErrorCode, errorCatalog, type Fault } from './errors.ts';
export {
  ACCOUNT_KEY_PATTERN,
  accountKey,
  DNA_PATTERN,
  dna,
  IDEMPOTENCY_KEY_MAX_CHARS,
  IDENTIFIER_MAX_CHARS,
  JSON_DEPTH_MAX,
  MANAGEMENT_BODY_MAX_BYTES,
  MODEL_ID_MAX_CHARS,
  NAMED_KEY_PATTERN,
  namedKey,
  PAGE_SIZE_MAX,
  REQUEST_ID_PATTERN,
  recordId,
  requestId,
  textualInteger,
  timestamp,
} from './formats.ts';
export {
  type HeaderSpec,
  pagingHeaders,
  rateLimitHeaders,
  requestHeaders,
  responseHeaders,
} from './headers.ts';
export {
  type KeyRotated,
  keyRotated,
  type NamedKeyCreate,
  type NamedKeyCreated,
  type NamedKeyView,
  namedKeyCreate,
  namedKeyCreated,
  namedKeyList,
  namedKeyRevoked,
  namedKeyView,
  OVERLAP_SECONDS_MAX,
  type RootRotation,
  rootRotation,
  type SelfRotation,
  selfRotation,
} from './keys.ts';
export type {
  LegacyCreditGrants,
  LegacySubscription,
  LegacyUsage,
  LegacyUsageQuery,
} from './legacy-billing.ts';
export type { QueuedMail } from './mail.ts';
export type { CostPrice, MarginLine, MarginQuery, MarginReport } from './margin.ts';
export { type Model, type ModelFacts, type ModelPricing, model, modelList } from './models.ts';
export type { NewsCreate, NewsItem, PostedNews } from './news.ts';
export { type OpenApiDocument, openapi } from './openapi/document.ts';
export {
  OWNER_SETTINGS,
  type OwnerConfigSettings,
  type OwnerConfigUpdate,
  type OwnerConfUpdate,
  type OwnerConfUpdated,
  type OwnerConfView,
  type OwnerSettingName,
} from './owner-config.ts';
export {
  API_FAMILIES,
  HIDDEN_SECRET,
  LEVEL_MAX,
  PROVIDER_TYPES,
  type ProviderKeyConfigBody,
  type ProviderKeyCreate,
  type ProviderKeyState,
  type ProviderKeyTest,
  type ProviderKeyTestView,
  type ProviderKeyUpdate,
  type ProviderKeyView,
  providerKeyAnswer,
  providerKeyConfig,
  providerKeyCreate,
  providerKeyList,
  providerKeyTest,
  providerKeyTestAnswer,
  providerKeyUpdate,
  providerKeyView,
} from './provider-keys.ts';
export {
  type Auth,
  aliasRoute,
  type BodySpec,
  defineRoute,
  type Method,
  pathParams,
  type ResponseSpec,
  type Route,
  type Schema,
  type SchemaError,
  type Tag,
} from './route.ts';
export {
  EXPLAINED_KEYS_MAX,
  type RouteExplanationView,
  routeExplanation,
} from './route-explanation.ts';
export {
  type AstrologyRoutes,
  accountRoutes,
  astrologyRoutes,
  chatRoutes,
  dashboardRoutes,
  fileRoutes,
  type Health,
  keyRoutes,
  legacyBillingRoutes,
  mailRoutes,
  marginRoutes,
  modelRoutes,
  newsRoutes,
  operationLogRoutes,
  ownerConfigRoutes,
  providerKeyRoutes,
  type Readiness,
  responsesRoutes,
  routeTable,
  routingRoutes,
  serviceRoutes,
  usageRoutes,
} from './routes/index.ts';
export {
  type UsageEntry,
  type UsageExplanation,
  type UsageList,
  type UsageListQuery,
  usageEntry,
  usageExplanation,
  usageList,
  usageListQuery,
} from './usage.ts';
