import { HIDDEN_SECRET, type ProviderKeyConfigBody } from '@meridian/contract';
import { type Failure, invalid, isFailure } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import {
  type ApiFamily,
  kindOf,
  PROVIDER_KINDS,
  type ProviderKeyConfig,
  type ProviderKind,
} from '../providers/index.ts';
import { isPrivateHost } from './egress.ts';
import {
  readAwsCredentials,
  readPrivateKey,
  readServiceAccount,
  regionOfHost,
} from './key-credentials.ts';
import { type ProviderUrlRules, readProviderUrl } from './provider-url.ts';

/** Reads `Config.default_price`; undefined when it is no price. */
export type DefaultPriceReader = (value: unknown) => Price | undefined;

/** What a provider key is checked against. */
export interface ProviderKeyRules extends ProviderUrlRules {
  readonly readDefaultPrice: DefaultPriceReader;
}

type Field = keyof ProviderKeyConfigBody;

/** The fields that keys of a kind have besides those that every key may have. */
interface KindFields {
  readonly required?: readonly Field[];
  readonly optional?: readonly Field[];
  /** Their presence makes a SecretKey needless. */
  readonly credentials?: readonly Field[];
}

const COMMON: ReadonlySet<Field> = new Set([
  'provider_type',
  'model_mapping',
  'models',
  'default_price',
  'idle_timeout',
  'timeout',
] as const);

const AWS_FIELDS = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'] as const;

const FIELDS: Readonly<Record<Exclude<ProviderKind, 'sandbox'>, KindFields>> = {
  standard: { optional: ['include_usage'] },
  anthropic: {},
  gemini: {},
  azure: { optional: ['api_versions', 'include_usage'] },
  vertex: {
    required: ['project_id', 'client_email', 'private_key'],
    optional: ['base_url', 'region', 'token_uri'],
    credentials: ['private_key'],
  },
  bedrock: {
    optional: ['region', ...AWS_FIELDS],
    credentials: ['aws_access_key_id', 'aws_secret_access_key'],
  },
  cohere: {},
  jina: {},
};

/** A `Config` with the rest of its key, as far as they are judged together. */
export interface KeyParts {
  /** In normal form. */
  readonly provider: string;
  readonly secret: string;
  readonly config: ProviderKeyConfigBody;
}

/** The kind of a key; undefined where this server has none of that kind. */
export function keyKind({
  provider,
  config,
}: Pick<KeyParts, 'provider' | 'config'>): Exclude<ProviderKind, 'sandbox'> | undefined {
  const kind = kindOf(config.provider_type ?? 'standard', provider);
  return kind === 'sandbox' || !PROVIDER_KINDS.includes(kind) ? undefined : kind;
}

/** Why a key's SecretKey and `Config` cannot be used; undefined when they can. Names the field. */
export function checkKey(parts: KeyParts, rules: ProviderKeyRules): Failure | undefined {
  const kind = keyKind(parts);
  if (kind === undefined) {
    return invalid('Config.provider_type', 'Config.provider_type is not available.');
  }
  return (
    checkFields(kind, parts.config) ??
    checkSecret(kind, parts) ??
    checkVertex(kind, parts, rules) ??
    checkBedrock(kind, parts) ??
    checkPrice(parts.config, rules)
  );
}

function checkFields(
  kind: Exclude<ProviderKind, 'sandbox'>,
  config: ProviderKeyConfigBody,
): Failure | undefined {
  const { required = [], optional = [] } = FIELDS[kind];
  const own = new Set<Field>([...COMMON, ...required, ...optional]);
  const given = (Object.keys(config) as Field[]).filter((field) => config[field] !== undefined);
  const foreign = given.find((field) => !own.has(field));
  if (foreign !== undefined) {
    return invalid(
      `Config.${foreign}`,
      `Config.${foreign} has no meaning for a key of the type '${kind}'.`,
    );
  }
  const hidden = given.find((field) => config[field] === HIDDEN_SECRET);
  if (hidden !== undefined) {
    return invalid(`Config.${hidden}`, `Config.${hidden} is hidden; send the secret itself.`);
  }
  const missing = required.find((field) => !given.includes(field));
  if (missing === undefined) return undefined;
  return invalid(
    `Config.${missing}`,
    `Config.${missing} is required for a key of the type '${kind}'.`,
  );
}

function checkSecret(
  kind: Exclude<ProviderKind, 'sandbox'>,
  { provider, secret, config }: KeyParts,
): Failure | undefined {
  const { credentials = [] } = FIELDS[kind];
  const isElsewhere =
    credentials.length > 0 && credentials.every((field) => config[field] !== undefined);
  if (secret !== '' || isElsewhere || isPrivateHost(new URL(provider).hostname)) return undefined;
  return invalid('SecretKey', 'SecretKey may be empty for private addresses only.');
}

function checkVertex(
  kind: ProviderKind,
  { config }: KeyParts,
  rules: ProviderKeyRules,
): Failure | undefined {
  if (kind !== 'vertex') return undefined;
  const { base_url: baseUrl, token_uri: tokenUri, private_key: privateKey = '' } = config;
  if (readPrivateKey(privateKey) === undefined) {
    return invalid('Config.private_key', 'Config.private_key must be a private key in PEM form.');
  }
  const token = tokenUri === undefined ? '' : readProviderUrl(tokenUri, rules, 'Config.token_uri');
  if (isFailure(token)) return token;
  if (baseUrl === undefined) return undefined;
  const filled = baseUrl.replace('{project}', 'p').replace('{location}', 'l');
  const url = readProviderUrl(filled, rules, 'Config.base_url');
  return isFailure(url) ? url : undefined;
}

function checkBedrock(kind: ProviderKind, parts: KeyParts): Failure | undefined {
  if (kind !== 'bedrock') return undefined;
  const { config, provider, secret } = parts;
  const [id, key, session] = AWS_FIELDS.map((field) => config[field] !== undefined);
  if (id !== key) {
    const missing = id ? 'aws_secret_access_key' : 'aws_access_key_id';
    return invalid(
      `Config.${missing}`,
      'Config.aws_access_key_id and Config.aws_secret_access_key belong together.',
    );
  }
  if (session && !id) {
    return invalid(
      'Config.aws_session_token',
      'Config.aws_session_token needs Config.aws_access_key_id.',
    );
  }
  if (!id && secret.includes(':') && !readAwsCredentials(config, secret)) {
    return invalid(
      'SecretKey',
      "SecretKey must be 'accessKeyId:secretAccessKey[:sessionToken]' or a Bedrock API key.",
    );
  }
  if (config.region !== undefined || regionOfHost(new URL(provider).hostname)) return undefined;
  return invalid('Config.region', 'Config.region is required where Provider does not name one.');
}

function checkPrice(
  { default_price: price }: ProviderKeyConfigBody,
  { readDefaultPrice }: ProviderKeyRules,
): Failure | undefined {
  if (price === undefined || readDefaultPrice(price)) return undefined;
  return invalid('Config.default_price', 'Config.default_price is not a price.');
}

/** A stored `Config` as providers read it. */
export function readConfig({ provider, secret, config }: KeyParts): ProviderKeyConfig {
  const { model_mapping: mapping, models, include_usage: includeUsage } = config;
  const { api_versions: versions, base_url: baseUrl, idle_timeout: idle, timeout: total } = config;
  const kind = keyKind({ provider, config });
  const account = kind === 'vertex' ? readServiceAccount(config) : undefined;
  const aws = kind === 'bedrock' ? readAwsCredentials(config, secret) : undefined;
  const region = config.region ?? regionOfHost(new URL(provider).hostname);
  return {
    providerType: config.provider_type ?? 'standard',
    ...(mapping ? { modelMapping: new Map(Object.entries(mapping)) } : {}),
    ...(models ? { models } : {}),
    ...(includeUsage === undefined ? {} : { includeUsage }),
    ...(idle === undefined ? {} : { idleTimeoutMs: idle * 1000 }),
    ...(total === undefined ? {} : { timeoutMs: total * 1000 }),
    ...(versions
      ? { apiVersions: new Map(Object.entries(versions) as [ApiFamily, string][]) }
      : {}),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(region === undefined ? {} : { region }),
    ...(account ? { serviceAccount: account } : {}),
    ...(aws ? { aws } : {}),
  };
}
