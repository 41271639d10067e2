import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { isAccountKey, parseEmail } from '@meridian/core/accounts';
import { isFailure, Secret } from '@meridian/core/kernel';

/** Everything that the process is told from outside, checked once and passed in. */
export interface Config {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** How clients reach the server; undefined until it listens, where it was not given. */
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  /** A PostgreSQL server; undefined = the embedded database in the data folder. */
  readonly databaseUrl: Secret | undefined;
  /** Redis or Valkey for rate windows; undefined = memory of this node. */
  readonly redisUrl: Secret | undefined;
  readonly rootKey: Secret | undefined;
  readonly rootEmail: string | undefined;
  readonly providerKeys: readonly ConfiguredKey[];
  /** Whether provider keys found in the usual variables serve. */
  readonly environmentKeys: readonly EnvironmentKey[];
  readonly findLocalServers: boolean;
  readonly sandbox: 'auto' | 'on' | 'off';
  readonly encryptionKey: Secret | undefined;
  /** The key that `secrets reseal` seals with from now on. */
  readonly newEncryptionKey: Secret | undefined;
  readonly roles: ReadonlySet<Role>;
  /** Processes behind the port. */
  readonly workers: number;
  readonly degradedLimits: 'local' | 'refuse';
  /** Proxies whose forwarded addresses are believed, CIDR. */
  readonly trustedProxies: readonly string[];
  readonly allowPrivateUpstreams: boolean;
  readonly drainSeconds: number;
  /** Silence in a stream after which something is sent to keep it open; 0 for never. */
  readonly keepAliveSeconds: number;
  readonly logLevel: LogLevel;
  readonly metricsToken: Secret | undefined;
}

/** What a process does: `api` serves requests, `worker` does what comes due by itself. */
export type Role = 'api' | 'worker';
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A provider key given at start, kept in the store. */
export interface ConfiguredKey {
  readonly secret: Secret;
  readonly baseUrl: string;
  readonly level: number;
}

/** A provider key of the environment, served from memory only. */
export interface EnvironmentKey {
  readonly variable: string;
  readonly secret: Secret;
  readonly baseUrl: string;
}

/** A setting that cannot be used; its message is the one line that the operator sees. */
export class BadConfig extends Error {
  override readonly name = 'BadConfig';
}

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
const DRAIN_SECONDS_MAX = 3_600;
const KEEP_ALIVE_SECONDS_MAX = 600;
const ENCRYPTION_KEY_BYTES = 32;
const LEVEL_MAX = 1_000;
const WORKERS_MAX = 64;

/** The usual variables of providers, and where each key belongs. */
const PROVIDER_VARIABLES: Readonly<Record<string, string>> = {
  OPENAI_API_KEY: 'https://api.openai.com',
  ANTHROPIC_API_KEY: 'https://api.anthropic.com',
  GEMINI_API_KEY: 'https://generativelanguage.googleapis.com',
  OPENROUTER_API_KEY: 'https://openrouter.ai/api',
  DEEPSEEK_API_KEY: 'https://api.deepseek.com',
  MISTRAL_API_KEY: 'https://api.mistral.ai',
  XAI_API_KEY: 'https://api.x.ai',
  GROQ_API_KEY: 'https://api.groq.com/openai',
  TOGETHER_API_KEY: 'https://api.together.xyz',
  FIREWORKS_API_KEY: 'https://api.fireworks.ai/inference',
  PERPLEXITY_API_KEY: 'https://api.perplexity.ai',
  MOONSHOT_API_KEY: 'https://api.moonshot.ai',
  DASHSCOPE_API_KEY: 'https://dashscope-intl.aliyuncs.com/compatible-mode',
  ZHIPU_API_KEY: 'https://open.bigmodel.cn/api/paas/v4',
  COHERE_API_KEY: 'https://api.cohere.com',
  JINA_API_KEY: 'https://api.jina.ai',
};

type Source = Readonly<Record<string, string | undefined>>;
type Parse<T> = (text: string, name: string) => T;

function reader(source: Source) {
  return function read<T>(name: string, parse: Parse<T>): T | undefined {
    const text = source[name]?.trim();
    return text === undefined || text === '' ? undefined : parse(text, name);
  };
}

function wholeNumber(least: number, most: number): Parse<number> {
  return (text, name) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new BadConfig(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
  };
}

function oneOf<const T extends string>(allowed: readonly T[]): Parse<T> {
  return (text, name) => {
    const found = allowed.find((word) => word === text);
    if (found !== undefined) return found;
    throw new BadConfig(`${name} must be one of ${allowed.join(', ')}, not "${text}".`);
  };
}

const onOff = oneOf(['on', 'off']);
const trueFalse = oneOf(['true', 'false']);
const text: Parse<string> = (value) => value;
const secret: Parse<Secret> = (value) => new Secret(value);

/** The value never appears in the message: addresses of databases carry passwords. */
function url(protocols: readonly string[]): Parse<string> {
  return (value, name) => {
    const parsed = URL.parse(value);
    if (parsed && protocols.includes(parsed.protocol)) return value.replace(/\/+$/, '');
    const forms = protocols.map((protocol) => `${protocol}//…`).join(' or ');
    throw new BadConfig(`${name} must be an address of the form ${forms}.`);
  };
}

const secretUrl = (protocols: readonly string[]): Parse<Secret> => {
  const parse = url(protocols);
  return (value, name) => new Secret(parse(value, name));
};

const host: Parse<string> = (value, name) => {
  if (isIP(value) !== 0 || /^[A-Za-z0-9.-]+$/.test(value)) return value;
  throw new BadConfig(`${name} must be an address or a host name, not "${value}".`);
};

const encryptionKey: Parse<Secret> = (value, name) => {
  if (Buffer.from(value, 'base64').length === ENCRYPTION_KEY_BYTES) return new Secret(value);
  throw new BadConfig(`${name} must be ${ENCRYPTION_KEY_BYTES} bytes in base64.`);
};

const accountKey: Parse<Secret> = (value, name) => {
  if (isAccountKey(value)) return new Secret(value);
  throw new BadConfig(`${name} must be sk-Xvs and 45 letters or digits.`);
};

const email: Parse<string> = (value, name) => {
  try {
    return parseEmail(name, value);
  } catch (error) {
    throw isFailure(error) ? new BadConfig(error.message) : error;
  }
};

const roles: Parse<ReadonlySet<Role>> = (value, name) => {
  const parse = oneOf(['api', 'worker']);
  return new Set(value.split(',').map((role) => parse(role.trim(), name)));
};

const cidrList: Parse<readonly string[]> = (value, name) =>
  value.split(',').map((entry) => {
    const trimmed = entry.trim();
    const [address = '', bits] = trimmed.split('/');
    const version = isIP(address);
    const most = version === 6 ? 128 : 32;
    const isSound = bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most);
    if (version !== 0 && isSound) return trimmed;
    throw new BadConfig(`${name} must be a list of addresses or CIDR ranges, not "${trimmed}".`);
  });

/** `secret::baseUrl[::level]`, comma separated. */
const providerKeys: Parse<readonly ConfiguredKey[]> = (value, name) =>
  value.split(',').map((entry, index) => {
    const [key = '', address = '', level = '1', ...rest] = entry.trim().split('::');
    const where = `${name}, entry ${index + 1}`;
    if (address === '' || rest.length > 0) {
      throw new BadConfig(
        `${where}, must have the form secret::baseUrl or secret::baseUrl::level.`,
      );
    }
    return {
      secret: new Secret(key),
      baseUrl: url(['http:', 'https:'])(address, where),
      level: wholeNumber(1, LEVEL_MAX)(level, where),
    };
  });

function environmentKeys(source: Source): EnvironmentKey[] {
  return Object.entries(PROVIDER_VARIABLES).flatMap(([variable, baseUrl]) => {
    const key = source[variable]?.trim();
    return key ? [{ variable, secret: new Secret(key), baseUrl }] : [];
  });
}

function readWorkers(read: ReturnType<typeof reader>): number {
  const workers = read('MERIDIAN_WORKERS', wholeNumber(1, WORKERS_MAX)) ?? 1;
  if (workers === 1 || read('MERIDIAN_DATABASE_URL', text) !== undefined) return workers;
  throw new BadConfig(
    'MERIDIAN_WORKERS above 1 needs MERIDIAN_DATABASE_URL: only one process can have the embedded database open.',
  );
}

/** Reads the configuration. Throws `BadConfig` with one clear line for the first bad value. */
export function readConfig(source: Source): Config {
  const read = reader(source);
  const usesEnvironmentKeys = (read('MERIDIAN_ENV_KEYS', onOff) ?? 'on') === 'on';
  return Object.freeze({
    host: read('MERIDIAN_HOST', host) ?? '127.0.0.1',
    port: read('MERIDIAN_PORT', wholeNumber(0, 65_535)) ?? 8080,
    publicUrl: read('MERIDIAN_PUBLIC_URL', url(['http:', 'https:'])),
    dataDir: resolve(read('MERIDIAN_DATA_DIR', text) ?? './data'),
    databaseUrl: read('MERIDIAN_DATABASE_URL', secretUrl(['postgres:', 'postgresql:'])),
    redisUrl: read('MERIDIAN_REDIS_URL', secretUrl(['redis:', 'rediss:'])),
    rootKey: read('MERIDIAN_ROOT_KEY', accountKey),
    rootEmail: read('MERIDIAN_ROOT_EMAIL', email),
    providerKeys: read('MERIDIAN_PROVIDER_KEYS', providerKeys) ?? [],
    environmentKeys: usesEnvironmentKeys ? environmentKeys(source) : [],
    findLocalServers: usesEnvironmentKeys,
    sandbox: read('MERIDIAN_SANDBOX', oneOf(['auto', 'on', 'off'])) ?? 'auto',
    encryptionKey: read('MERIDIAN_ENCRYPTION_KEY', encryptionKey),
    newEncryptionKey: read('MERIDIAN_NEW_ENCRYPTION_KEY', encryptionKey),
    roles: read('MERIDIAN_ROLES', roles) ?? new Set<Role>(['api', 'worker']),
    workers: readWorkers(read),
    degradedLimits: read('MERIDIAN_DEGRADED_LIMITS', oneOf(['local', 'refuse'])) ?? 'local',
    trustedProxies: read('MERIDIAN_TRUSTED_PROXIES', cidrList) ?? [],
    allowPrivateUpstreams: read('MERIDIAN_ALLOW_PRIVATE_UPSTREAMS', trueFalse) === 'true',
    keepAliveSeconds:
      read('MERIDIAN_KEEP_ALIVE_SECONDS', wholeNumber(0, KEEP_ALIVE_SECONDS_MAX)) ?? 15,
    drainSeconds: read('MERIDIAN_DRAIN_SECONDS', wholeNumber(0, DRAIN_SECONDS_MAX)) ?? 30,
    logLevel: read('MERIDIAN_LOG_LEVEL', oneOf(LOG_LEVELS)) ?? 'info',
    metricsToken: read('MERIDIAN_METRICS_TOKEN', secret),
  });
}

const FLAG = /^--([a-z][a-z-]*)(?:=(.*))?$/;
const KNOWN_VARIABLES: ReadonlySet<string> = new Set([
  'HOST',
  'PORT',
  'PUBLIC_URL',
  'DATA_DIR',
  'DATABASE_URL',
  'REDIS_URL',
  'ROOT_KEY',
  'ROOT_EMAIL',
  'PROVIDER_KEYS',
  'ENV_KEYS',
  'SANDBOX',
  'ENCRYPTION_KEY',
  'NEW_ENCRYPTION_KEY',
  'ROLES',
  'WORKERS',
  'DEGRADED_LIMITS',
  'TRUSTED_PROXIES',
  'ALLOW_PRIVATE_UPSTREAMS',
  'DRAIN_SECONDS',
  'KEEP_ALIVE_SECONDS',
  'LOG_LEVEL',
  'METRICS_TOKEN',
]);

/** The process's environment with its flags over it: `--port 9000` is `MERIDIAN_PORT=9000`. */
export function environmentWith(flags: readonly string[]): Source {
  const source: Record<string, string | undefined> = { ...process.env };
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] ?? '';
    const match = FLAG.exec(flag);
    const name = match?.[1]?.toUpperCase().replaceAll('-', '_') ?? '';
    if (!match || !KNOWN_VARIABLES.has(name)) throw new BadConfig(`Unknown option "${flag}".`);
    const value = match[2] ?? flags[++i];
    if (value === undefined) throw new BadConfig(`The option "${flag}" needs a value.`);
    source[`MERIDIAN_${name}`] = value;
  }
  return source;
}
