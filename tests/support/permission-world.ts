import { type AccountCreated, keyRoutes, type NamedKeyCreated } from '@meridian/contract';
import {
  type ApiClient,
  answerOpenai,
  createApiClient,
  WORLD_MODEL,
  type World,
  world,
} from '@meridian/testkit';

/** Everybody who may ask, by how they stand to the account that is asked about. */
export const ACTORS = [
  'anonymous',
  'disabled',
  'self',
  'sibling',
  'child',
  'parent',
  'ancestor',
  'otherOwner',
  'owner',
  'root',
] as const;

/** One of those who ask. */
export type ActorName = (typeof ACTORS)[number];

/** Accounts around one that is asked about, and things that belong to it. */
export interface PermissionWorld extends AsyncDisposable {
  readonly url: string;
  /** The account that is asked about. */
  readonly targetId: number;
  readonly targetDna: string;
  /** The secret key of somebody; undefined for nobody. */
  keyOf(actor: ActorName): string | undefined;
  /** A key was replaced. */
  setKey(actor: ActorName, key: string): void;
  /** A number that was not given before. */
  next(): number;
  /** An account that stands to everybody as the target does, but for itself and its child. */
  freshTarget(): Promise<number>;
  /** A named key of the target. */
  namedKey(): Promise<number>;
  /** A provider key of the target's owner. */
  providerKey(): Promise<number>;
  /** A news of the owner to everybody below it. */
  systemNews(): Promise<number>;
  /** A kept response of the target. */
  keptResponse(): Promise<string>;
  /** A usage record of the target. */
  readonly usageId: string;
}

type Keys = Partial<Record<ActorName, string>>;

async function makeAccount(by: ApiClient, name: string, credit: number): Promise<AccountCreated> {
  const body = { Name: name, Email: `${name}@example.com`, CreditGranted: credit };
  return by.call<AccountCreated>('POST', '/x-users', body);
}

async function makeTree(here: World) {
  const clientOf = ({ User }: AccountCreated) =>
    createApiClient(() => here.server.url, User.SecretKey);
  const owner = await makeAccount(here.root, 'owner', 100_000);
  await here.root.call('PUT', `/x-users/${owner.User.ID}`, { IsOwner: true });
  const otherOwner = await makeAccount(here.root, 'other-owner', 100_000);
  await here.root.call('PUT', `/x-users/${otherOwner.User.ID}`, { IsOwner: true });
  const ancestor = await makeAccount(clientOf(owner), 'ancestor', 50_000);
  const parent = await makeAccount(clientOf(ancestor), 'parent', 20_000);
  const self = await makeAccount(clientOf(parent), 'target', 5_000);
  const sibling = await makeAccount(clientOf(parent), 'sibling', 1_000);
  const child = await makeAccount(clientOf(self), 'child', 1_000);
  const disabled = await makeAccount(clientOf(owner), 'disabled', 1_000);
  await clientOf(owner).call('PUT', `/x-users/${disabled.User.ID}`, { Status: false });
  return { owner, otherOwner, ancestor, parent, self, sibling, child, disabled };
}

/** Starts a server with the tree. */
export async function permissionWorld(): Promise<PermissionWorld> {
  const here = await world({
    env: { MERIDIAN_SANDBOX: 'on', MERIDIAN_ALLOW_PRIVATE_UPSTREAMS: 'true' },
  });
  here.upstream.handle(answerOpenai());
  const tree = await makeTree(here);
  const keys: Keys = { root: here.server.rootKey };
  for (const [name, { User }] of Object.entries(tree)) keys[name as ActorName] = User.SecretKey;
  const client = (actor: ActorName) => createApiClient(() => here.server.url, keys[actor] ?? '');
  let counter = 0;
  const next = (): number => ++counter;

  async function providerKey(more: object = { Status: false }): Promise<number> {
    const made = await client('owner').call<{ key: { ID: number } }>('POST', '/x-keys', {
      SecretKey: `upstream-secret-number-${next()}`,
      Name: `key-${counter}`,
      Level: 1,
      Provider: here.upstream.url,
      ...more,
    });
    return made.key.ID;
  }

  const price = { input: 1, output: 2 };
  await providerKey({ Config: { models: [WORLD_MODEL], default_price: price } });
  const asked = { model: WORLD_MODEL, max_tokens: 5 };
  const messages = [{ role: 'user', content: 'hello' }];
  const answer = await client('self').request('POST', '/v1/chat/completions', {
    body: { ...asked, messages },
  });
  if (answer.status !== 200) throw new Error(answer.text);

  return {
    get url() {
      return here.server.url;
    },
    targetId: tree.self.User.ID,
    targetDna: `.1.${[tree.owner, tree.ancestor, tree.parent, tree.self]
      .map(({ User }) => User.ID)
      .join('.')}.`,
    usageId: answer.headers.get('x-request-id') ?? '',
    keyOf: (actor) => keys[actor],
    setKey: (actor, key) => {
      keys[actor] = key;
    },
    next,
    async freshTarget() {
      return (await makeAccount(client('parent'), `fresh-${next()}`, 2)).User.ID;
    },
    async namedKey() {
      const { method, path } = keyRoutes.createNamedKey;
      const { key } = await client('self').call<NamedKeyCreated>(method, path, { name: 'one' });
      return key.id;
    },
    providerKey: () => providerKey(),
    async systemNews() {
      const body = { title: 'Title', content: 'Content' };
      const made = await client('owner').call<{ news: { id: number } }>('POST', '/x-news', body);
      return made.news.id;
    },
    async keptResponse() {
      const body = { model: WORLD_MODEL, input: 'hello', store: true, max_output_tokens: 16 };
      return (await client('self').call<{ id: string }>('POST', '/v1/responses', body)).id;
    },
    [Symbol.asyncDispose]: () => here[Symbol.asyncDispose](),
  };
}
