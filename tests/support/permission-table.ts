import { astrologyPermissions } from './permission-astrology.ts';
import type { PermissionWorld } from './permission-world.ts';

/** What one row sends; what it leaves out is as the contract's example has it. */
export interface PermissionRow {
  /** The id of the route. */
  readonly route: string;
  /** What is special about this row of the route. */
  readonly about?: string;
  /** One status per actor, in the order of `ACTORS`. */
  readonly expect: string;
  /** The values in the path; asked anew for each call. */
  readonly params?: (here: PermissionWorld) => Promise<Readonly<Record<string, unknown>>>;
  readonly query?: (here: PermissionWorld) => string;
  readonly body?: (here: PermissionWorld) => unknown;
  /** Whose key a good answer replaces. */
  readonly rotates?: 'actor' | 'self';
}

/* The order of all that follows:
   anonymous disabled self sibling child parent ancestor otherOwner owner root */

/** Nobody has to be anybody. */
const OPEN = '200 200 200 200 200 200 200 200 200 200';
/** Everybody about themselves. */
const OWN = '401 403 200 200 200 200 200 200 200 200';
/** An account and those above it; to all others there is no such thing. */
const SELF_AND_ABOVE = '401 403 200 404 404 200 200 404 200 200';
/** Those above; an account sees itself, but may not. */
const ABOVE = '401 403 403 404 404 200 200 404 200 200';
/** The owner and root, of an account of the owner. */
const ITS_OWNER = '401 403 403 404 404 404 404 404 200 200';
const ROOT_ABOVE = '401 403 403 404 404 404 404 404 404 200';
/** The account alone. */
const SELF_ALONE = '401 403 200 404 404 404 404 404 404 404';
/** Owners, each about what is its own. */
const OWNERS = '401 403 403 403 403 403 403 200 200 200';
/** A thing of the target's owner; other owners, root too, do not find it. */
const THE_OWNER = '401 403 403 403 403 403 403 404 200 404';
const ROOT = '401 403 403 403 403 403 403 403 403 200';
/** Whoever creates is above what it creates; some fields are for owners or root. */
const CREATOR = OWN;
const CREATING_OWNER = OWNERS;
const CREATING_ROOT = ROOT;
/** Written so that nobody can. */
const NOBODY = '401 403 400 400 400 400 400 400 400 400';
/** Sandbox models are root's: accounts of other owners are let in, but there is no key for them. */
const SANDBOX = '401 403 503 503 503 503 503 503 503 200';
/** The same where a model is looked up. */
const SANDBOX_MODEL = '401 403 404 404 404 404 404 404 404 200';

const inference = (...routes: readonly string[]): PermissionRow[] =>
  routes.map((route) => ({ route, expect: SANDBOX }));

const target = async ({ targetId }: PermissionWorld) => ({ identifier: targetId });
const named = (here: PermissionWorld): string => `account-${here.next()}`;

const date = (): string => new Date().toISOString().slice(0, 10);

/** Field → who may write it of an existing account, who at creation, and a value. */
const FIELDS: Readonly<
  Record<
    string,
    readonly [update: string, create: string, value: (here: PermissionWorld) => unknown]
  >
> = {
  Name: [ABOVE, CREATOR, named],
  Email: [ABOVE, CREATOR, (here) => `${named(here)}@example.com`],
  CreditGranted: [ABOVE, CREATOR, () => 2],
  Days: [ABOVE, CREATOR, () => 30],
  Alias: [SELF_AND_ABOVE, CREATOR, () => 'An alias'],
  BillingEmail: [SELF_AND_ABOVE, CREATOR, () => 'bills@example.com'],
  Rates: [ABOVE, CREATOR, () => 1],
  HardLimit: [ABOVE, CREATOR, () => 1_000],
  SoftLimit: [ABOVE, CREATOR, () => 800],
  AutoQuota: [ABOVE, CREATOR, () => false],
  RPM: [ABOVE, CREATOR, () => 1_000],
  RPH: [ABOVE, CREATOR, () => 10_000],
  RPD: [ABOVE, CREATOR, () => 100_000],
  TPM: [ABOVE, CREATOR, () => 1_000_000],
  TPH: [ABOVE, CREATOR, () => 10_000_000],
  TPD: [ABOVE, CREATOR, () => 100_000_000],
  Concurrency: [ABOVE, CREATOR, () => 50],
  ModelLimits: [ABOVE, CREATOR, () => ({ other: { rpm: 5 } })],
  ModelMapper: [SELF_AND_ABOVE, CREATOR, () => ({ old: 'new' })],
  AllowIPs: [SELF_AND_ABOVE, CREATOR, () => '127.0.0.0/8 ::1'],
  AllowModels: [ABOVE, CREATOR, () => '*'],
  AllowLevels: [ABOVE, CREATOR, () => '*'],
  Resources: [ABOVE, CREATOR, () => '*'],
  Level: [ABOVE, CREATOR, () => 1],
  ChildLimit: [ABOVE, CREATOR, () => 1_000],
  Status: [ABOVE, CREATOR, () => true],
  Tier: [ITS_OWNER, CREATING_OWNER, () => null],
  Role: [ITS_OWNER, CREATING_OWNER, () => 0],
  Factor: [ROOT_ABOVE, CREATING_ROOT, () => 1],
  Gear: [ROOT_ABOVE, CREATING_ROOT, () => 1],
  IsOwner: [ROOT_ABOVE, CREATING_ROOT, () => false],
  LevelMapper: [NOBODY, NOBODY, () => 'a=1'],
};

/** The fields that the table knows. */
export const KNOWN_FIELDS = Object.keys(FIELDS);

const plainAccount = (here: PermissionWorld) => {
  const Name = named(here);
  return { Name, Email: `${Name}@example.com`, CreditGranted: 2 };
};

const fieldRows = Object.entries(FIELDS).flatMap(([field, [update, create, value]]) => [
  {
    route: 'accounts.update',
    about: field,
    expect: update,
    params: target,
    body: (here: PermissionWorld) => ({
      [field]: value(here),
      // A validity alone has no meaning.
      ...(field === 'Days' && { CreditGranted: 2 }),
    }),
  },
  {
    route: 'accounts.create',
    about: field,
    expect: create,
    body: (here: PermissionWorld) => ({ ...plainAccount(here), [field]: value(here) }),
  },
]);

const accountRows: readonly PermissionRow[] = [
  { route: 'accounts.listChildren', expect: OWN },
  { route: 'accounts.create', expect: CREATOR, body: plainAccount },
  { route: 'accounts.findChildren', expect: SELF_AND_ABOVE, params: target },
  {
    route: 'accounts.findChildren',
    about: 'a subtree by its path',
    expect: SELF_AND_ABOVE,
    params: async ({ targetDna }) => ({ identifier: targetDna }),
  },
  {
    route: 'accounts.updateByPost',
    expect: ABOVE,
    params: target,
    body: () => ({ CreditGranted: 2, Days: 30 }),
  },
  {
    route: 'accounts.delete',
    about: 'the account itself',
    expect: '401 403 403 404 404 409 409 404 409 409',
    params: target,
  },
  {
    route: 'accounts.delete',
    about: 'an account without children',
    expect: '401 403 404 404 404 200 200 404 200 200',
    params: async (here) => ({ identifier: await here.freshTarget() }),
  },
  { route: 'accounts.listDescendants', expect: OWN },
  { route: 'accounts.findDescendants', expect: SELF_AND_ABOVE, params: target },
  { route: 'accounts.generateKey', expect: OWN },
  ...fieldRows,
];

const keyRows: readonly PermissionRow[] = [
  {
    route: 'keys.rotateSelf',
    expect: OWN,
    body: () => ({ confirm: `${date()}-ROTATE-SELF` }),
    rotates: 'actor',
  },
  {
    route: 'keys.rotateRoot',
    expect: ROOT,
    body: ({ targetId }) => ({ name: String(targetId), confirm: `${date()}-ROTATE-ROOT` }),
    rotates: 'self',
  },
  { route: 'namedKeys.list', expect: OWN },
  { route: 'namedKeys.create', expect: OWN },
  {
    route: 'namedKeys.revoke',
    expect: SELF_ALONE,
    params: async (here) => ({ id: await here.namedKey() }),
  },
];

const providerKeyId = async (here: PermissionWorld) => ({ id: await here.providerKey() });
const ownerRows: readonly PermissionRow[] = [
  { route: 'providerKeys.list', expect: OWNERS },
  {
    route: 'providerKeys.create',
    expect: OWNERS,
    body: (here) => ({
      SecretKey: `a-secret-of-an-upstream-${here.next()}`,
      Level: 9,
      Provider: 'https://api.openai.com',
      Status: false,
    }),
  },
  { route: 'providerKeys.find', expect: THE_OWNER, params: providerKeyId },
  { route: 'providerKeys.update', expect: THE_OWNER, params: providerKeyId },
  { route: 'providerKeys.updateByPost', expect: THE_OWNER, params: providerKeyId },
  { route: 'providerKeys.delete', expect: THE_OWNER, params: providerKeyId },
  { route: 'providerKeys.test', expect: THE_OWNER, params: providerKeyId },
  { route: 'config.get', expect: OWNERS },
  { route: 'config.update', expect: OWNERS, body: () => ({ MODEL_MAPPER: { unused: 'other' } }) },
  {
    route: 'config.updateByPost',
    expect: OWNERS,
    body: () => ({ MODEL_MAPPER: { unused: 'other' } }),
  },
  { route: 'config.reset', expect: OWNERS, body: () => ({ keys: ['MODEL_MAPPER'] }) },
  { route: 'conf.get', expect: OWNERS },
  { route: 'conf.update', expect: OWNERS, body: () => ({ ModelMapper: { unused: 'other' } }) },
  { route: 'conf.update', about: 'LogEnable', expect: ROOT, body: () => ({ LogEnable: true }) },
  { route: 'mail.list', expect: OWNERS },
  // Without a mail server there is nothing to test.
  { route: 'mail.test', expect: '401 403 403 403 403 403 403 400 400 400' },
  {
    route: 'mail.retry',
    expect: '401 403 403 403 403 403 403 404 404 404',
    params: async () => ({ id: 999_999 }),
  },
];

const aboutTarget = ({ targetId }: PermissionWorld): string => `user=${targetId}`;
const reportRows: readonly PermissionRow[] = [
  { route: 'routing.explain', expect: OWN, query: () => 'model=any' },
  {
    route: 'routing.explain',
    about: 'the target',
    expect: SELF_AND_ABOVE,
    query: (here) => `model=any&${aboutTarget(here)}`,
  },
  { route: 'usage.list', expect: OWN },
  { route: 'usage.list', about: 'the target', expect: SELF_AND_ABOVE, query: aboutTarget },
  {
    route: 'usage.explain',
    expect: SELF_AND_ABOVE,
    params: async ({ usageId }) => ({ id: usageId }),
  },
  { route: 'bills.get', expect: OWN },
  { route: 'bills.get', about: 'the target', expect: SELF_AND_ABOVE, query: aboutTarget },
  {
    route: 'bills.get',
    about: 'the target’s subtree',
    expect: SELF_AND_ABOVE,
    query: ({ targetDna }) => `user=${targetDna}`,
  },
  { route: 'margin.get', expect: OWNERS },
  {
    route: 'margin.get',
    about: 'the target',
    expect: '401 403 403 403 403 403 403 404 200 200',
    query: aboutTarget,
  },
  { route: 'bills.getOwn', expect: OWN },
  { route: 'bills.getOwnAlias', expect: OWN },
];

const own = (...routes: readonly string[]): PermissionRow[] =>
  routes.map((route) => ({ route, expect: OWN }));

const dashboardRows: readonly PermissionRow[] = [
  ...own('dashboard.status', 'dashboard.statusAlias', 'dashboard.info', 'dashboard.infoAlias'),
  ...own('dashboard.live', 'dashboard.liveAlias', 'dashboard.conf', 'dashboard.confAlias'),
  ...own('dashboard.models', 'dashboard.modelsAlias', 'dashboard.news', 'dashboard.newsAlias'),
  ...own('legacyBilling.usage', 'legacyBilling.usageAlias'),
  ...own('legacyBilling.subscription', 'legacyBilling.subscriptionAlias'),
  ...own('legacyBilling.creditGrants', 'legacyBilling.creditGrantsAlias'),
  ...own('logs.list', 'logs.listAlias'),
];

const newsTarget = async ({ targetId }: PermissionWorld) => ({ target: targetId });
const newsRows: readonly PermissionRow[] = [
  { route: 'news.list', expect: OWN },
  { route: 'news.postSystem', expect: OWNERS },
  { route: 'news.deleteSystem', expect: OWNERS, body: () => ({}) },
  { route: 'news.post', expect: ABOVE, params: newsTarget },
  {
    route: 'news.post',
    about: 'to a subtree: for owners only',
    expect: '401 403 403 404 404 403 403 404 200 200',
    params: async ({ targetDna }) => ({ target: targetDna }),
  },
  { route: 'news.delete', expect: ABOVE, params: newsTarget },
];

const response = async (here: PermissionWorld) => ({ id: await here.keptResponse() });
const inferenceRows: readonly PermissionRow[] = [
  ...inference('chat.completions.create', 'responses.create', 'messages.create'),
  ...inference('responses.countInputTokens'),
  ...inference('messages.countTokens', 'gemini.generateContent', 'gemini.streamGenerateContent'),
  ...inference('gemini.countTokens', 'completions.create', 'embeddings.create'),
  ...inference('gemini.embedContent', 'gemini.batchEmbedContents', 'rerank.create'),
  ...inference('rerank.createAlias', 'moderations.create', 'images.generate', 'images.edit'),
  ...inference('images.vary', 'audio.speech.create', 'audio.transcriptions.create'),
  ...inference('audio.translations.create'),
  { route: 'models.get', expect: SANDBOX_MODEL, params: async () => ({ id: 'sandbox-chat' }) },
  {
    route: 'models.getGoogle',
    expect: SANDBOX_MODEL,
    params: async () => ({ id: 'sandbox-chat' }),
  },
  ...own('models.list', 'models.listAlias', 'models.listGoogle'),
  { route: 'responses.get', expect: SELF_ALONE, params: response },
  { route: 'responses.listInputItems', expect: SELF_ALONE, params: response },
  // It has ended long ago.
  {
    route: 'responses.cancel',
    expect: '401 403 400 404 404 404 404 404 404 404',
    params: response,
  },
  { route: 'responses.delete', expect: SELF_ALONE, params: response },
];

const serviceRows: readonly PermissionRow[] = [
  {
    route: 'files.get',
    expect: '404 404 404 404 404 404 404 404 404 404',
    params: async () => ({ name: `img-${'x'.repeat(32)}.png` }),
  },
  { route: 'service.health', expect: OPEN },
  { route: 'service.readiness', expect: OPEN },
  { route: 'service.metrics', expect: OPEN },
  { route: 'service.openapi', expect: OPEN },
  { route: 'service.docs', expect: OPEN },
];

/** Who may do what: every route, and every field of an account. */
export const PERMISSION_TABLE: readonly PermissionRow[] = [
  ...accountRows,
  ...keyRows,
  ...ownerRows,
  ...reportRows,
  ...dashboardRows,
  ...newsRows,
  ...inferenceRows,
  ...astrologyPermissions(OWN),
  ...serviceRows,
];
