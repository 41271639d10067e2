import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secret } from '@meridian/core/kernel';
import type { Queries } from './database.ts';
import type { SecretBox } from './secretbox.ts';

const KEY_BYTES = 32;
const INSTALLATION_CHARS = 12;
const FILE_NAME = 'encryption.key';
const CANARY = 'meridian';
/** What the sealed word of the installation is for. */
export const CANARY_CONTEXT = 'encryption_canary';

function decode(text: string, source: string): Buffer {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, 'base64');
  const isCanonical = key.toString('base64').replace(/=+$/, '') === trimmed.replace(/=+$/, '');
  if (key.length === KEY_BYTES && isCanonical) return key;
  throw new Error(`${source} must be ${KEY_BYTES} bytes in base64`);
}

/** Writes a fresh key beside and links it into place, so that nobody ever reads half of one. */
async function createKeyFile(path: string): Promise<void> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const text = `${randomBytes(KEY_BYTES).toString('base64')}\n`;
  await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
}

/**
 * The key that secrets are sealed with: the one given (base64, `MERIDIAN_ENCRYPTION_KEY`), else that
 * of a file in the data folder, which the first start makes.
 */
export async function loadEncryptionKey(from: {
  readonly dataDir: string;
  readonly fromEnvironment?: Secret | undefined;
}): Promise<Buffer> {
  if (from.fromEnvironment) {
    return decode(from.fromEnvironment.reveal(), 'MERIDIAN_ENCRYPTION_KEY');
  }
  const path = join(from.dataDir, FILE_NAME);
  await mkdir(from.dataDir, { recursive: true, mode: 0o700 });
  const read = (): Promise<string> => readFile(path, 'utf8');
  const text = await read().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await createKeyFile(path);
    return read();
  });
  await chmod(path, 0o600);
  return decode(text, path);
}

/**
 * A short name of the installation that owns the database, the same on all its nodes: it keeps
 * installations apart that share a Redis. Call it after `requireSameKey`.
 */
export async function installationName(queries: Queries): Promise<string> {
  const [row] = await queries.query('select sealed from encryption_canary');
  return createHash('sha256')
    .update(row?.sealed as Buffer)
    .digest('hex')
    .slice(0, INSTALLATION_CHARS);
}

/** Throws unless the database's secrets are sealed with this key; the first node's key counts. */
export async function requireSameKey(queries: Queries, box: SecretBox): Promise<void> {
  await queries.query(
    'insert into encryption_canary (sealed) values ($1) on conflict (single) do nothing',
    [box.seal(CANARY, CANARY_CONTEXT)],
  );
  const [row] = await queries.query('select sealed from encryption_canary');
  try {
    box.open(row?.sealed as Buffer, CANARY_CONTEXT);
  } catch (error) {
    throw new Error(
      'the encryption key is not the one that this database was set up with; give every node the same MERIDIAN_ENCRYPTION_KEY',
      { cause: error },
    );
  }
}
