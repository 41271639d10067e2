import type {
  AccountCreate,
  AccountCreated,
  AccountDeleted,
  AccountListQuery,
  AccountUpdate,
  AccountUpdated,
  KeyRotated,
  NamedKeyCreate,
  NamedKeyCreated,
  NamedKeyView,
  RootRotation,
  SelfRotation,
} from '@meridian/contract';
import type { Secret } from '../../kernel/index.ts';
import { generateAccountKey } from '../keys.ts';
import type { AccountsServiceDeps, Actor } from './context.ts';
import { createAccount } from './create-account.ts';
import { deleteAccount } from './delete-account.ts';
import { createNamedKey, listNamedKeys, revokeNamedKey } from './named-keys.ts';
import { type AccountPage, type Depth, listAccounts, readAccounts } from './read-accounts.ts';
import { rotateRoot, rotateSelf } from './rotate-key.ts';
import { updateAccount } from './update-account.ts';

/** What can be done with accounts and their keys; every method refuses with a `Failure`. */
export interface AccountsService {
  create(actor: Actor, body: AccountCreate): Promise<AccountCreated>;
  list(actor: Actor, depth: Depth, query: AccountListQuery): Promise<AccountPage>;
  read(
    actor: Actor,
    depth: Depth,
    asked: { readonly identifier: string; readonly query: AccountListQuery },
  ): Promise<AccountPage>;
  update(actor: Actor, identifier: string, body: AccountUpdate): Promise<AccountUpdated>;
  delete(
    actor: Actor,
    identifier: string,
    options: { readonly isCascade: boolean },
  ): Promise<AccountDeleted>;
  /** A well-formed key that belongs to nobody yet. */
  generateKey(): Secret;
  listNamedKeys(actor: Actor): Promise<readonly NamedKeyView[]>;
  createNamedKey(actor: Actor, body: NamedKeyCreate): Promise<NamedKeyCreated>;
  revokeNamedKey(actor: Actor, namedKeyId: number): Promise<void>;
  rotateSelf(actor: Actor, body: SelfRotation): Promise<KeyRotated>;
  rotateRoot(actor: Actor, body: RootRotation): Promise<KeyRotated>;
}

/** Puts the service of accounts together. */
export function createAccountsService(deps: AccountsServiceDeps): AccountsService {
  return {
    create: (actor, body) => createAccount(deps, actor, body),
    list: (actor, depth, query) => listAccounts(deps, actor, depth, query),
    read: (actor, depth, asked) => readAccounts(deps, actor, depth, asked),
    update: (actor, identifier, body) => updateAccount(deps, actor, identifier, body),
    delete: (actor, identifier, options) => deleteAccount(deps, actor, identifier, options),
    generateKey: () => generateAccountKey(deps.random),
    listNamedKeys: (actor) => listNamedKeys(deps, actor),
    createNamedKey: (actor, body) => createNamedKey(deps, actor, body),
    revokeNamedKey: (actor, namedKeyId) => revokeNamedKey(deps, actor, namedKeyId),
    rotateSelf: (actor, body) => rotateSelf(deps, actor, body),
    rotateRoot: (actor, body) => rotateRoot(deps, actor, body),
  };
}
