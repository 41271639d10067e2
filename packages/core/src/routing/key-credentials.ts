import type { ProviderKeyConfigBody } from '@meridian/contract';
import { Secret } from '../kernel/index.ts';
import type { AwsCredentials, ServiceAccount } from '../providers/index.ts';

const PEM = /^-----BEGIN ((?:RSA )?PRIVATE KEY)-----\n[A-Za-z0-9+/=.\n]+\n-----END \1-----\n?$/;
/** `accessKeyId:secretAccessKey[:sessionToken]`, as a SecretKey carries AWS credentials. */
const AWS_TRIPLE = /^([A-Za-z0-9_]{4,128}):([^:]{8,1024})(?::(.{1,8192}))?$/;
const BEDROCK_HOST = /^bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./;

/** A PEM with real line breaks; undefined when the text is none. Environment files spell them `\n`. */
export function readPrivateKey(text: string): string | undefined {
  const pem = text.replaceAll('\\n', '\n').replaceAll('\r', '').trim();
  return PEM.test(pem) ? `${pem}\n` : undefined;
}

/** The service account of a checked `Config`; undefined where it has none. */
export function readServiceAccount(config: ProviderKeyConfigBody): ServiceAccount | undefined {
  const { project_id: projectId, client_email: clientEmail, private_key: privateKey } = config;
  const { token_uri: tokenUri } = config;
  const pem = privateKey === undefined ? undefined : readPrivateKey(privateKey);
  if (projectId === undefined || clientEmail === undefined || pem === undefined) return undefined;
  const account = { projectId, clientEmail, privateKey: new Secret(pem) };
  return tokenUri === undefined ? account : { ...account, tokenUri };
}

/**
 * The AWS credentials of a key, from `Config` or from its SecretKey; undefined where the SecretKey is
 * a Bedrock API key, which has no colon.
 */
export function readAwsCredentials(
  config: ProviderKeyConfigBody,
  secretKey: string,
): AwsCredentials | undefined {
  const [, id, secret, session] = AWS_TRIPLE.exec(secretKey) ?? [];
  const accessKeyId = config.aws_access_key_id ?? id;
  const secretAccessKey = config.aws_secret_access_key ?? secret;
  const sessionToken = config.aws_access_key_id ? config.aws_session_token : session;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return {
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    ...(sessionToken === undefined ? {} : { sessionToken: new Secret(sessionToken) }),
  };
}

/** The region of a Bedrock host; undefined for any other host. */
export function regionOfHost(host: string): string | undefined {
  return BEDROCK_HOST.exec(host)?.[1];
}
