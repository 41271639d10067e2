export {
  type Account,
  type AccountChange,
  type AccountValues,
  ownerOf,
  pathIds,
  RATE_DIMENSIONS,
  type RateDimension,
  type RateLimits,
  ROOT_ID,
} from './account.ts';
export { type Allowlist, allowlistText } from './allowlist.ts';
export { createDirectory, type Directory, type DirectoryDeps } from './directory.ts';
export { parseEmail, parseIdentifier } from './identifiers.ts';
export { isAccountKey, isSecretKey, keyDigest } from './keys.ts';
export { createLedgerBooks, type LedgerDesk } from './ledger-books.ts';
export {
  changeOrigins,
  changeResources,
  mergeModelLimits,
  type ResourceBounds,
  type ResourcesInput,
  readThreshold,
  replaceModelLimits,
} from './owner-setting-changes.ts';
export { type OwnerSettings, readOwnerSettings } from './owner-settings.ts';
export { foldPolicy, type Policy } from './policy.ts';
export type {
  AccountBalance,
  AccountBooks,
  AccountFilter,
  AccountFunds,
  AccountLabel,
  AccountPath,
  AccountSelector,
  AccountsStore,
  AccountsUnit,
  CloseOrder,
  CreditCard,
  FilterField,
  GrantOrder,
  KeyHolder,
  KeyImprint,
  KeyScopes,
  LogBreak,
  LoggedOperation,
  NamedKey,
  NewAccount,
  Operation,
  OperationLog,
  OwnerSettingValues,
  Page,
  Paged,
  TakeBackOrder,
  UsageTotals,
} from './ports.ts';
export type { Principal } from './principal.ts';
export { type AccountSelection, selectAccounts } from './select-accounts.ts';
export { type AccountsService, createAccountsService } from './service/accounts-service.ts';
export type { AccountsServiceDeps, Actor } from './service/context.ts';
export type { AccountPage, Depth } from './service/read-accounts.ts';
export { ensureRoot, type RootPreset } from './service/root.ts';
