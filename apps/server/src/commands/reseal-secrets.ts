import {
  createPostgres,
  createSecretBox,
  loadEncryptionKey,
  migrate,
  openEmbedded,
  readMigrations,
  requireSameKey,
  resealSecrets,
} from '@meridian/storage';
import { BadConfig, type Config } from '../config.ts';

/**
 * Seals every secret of the database with the key of `MERIDIAN_NEW_ENCRYPTION_KEY`, all or nothing,
 * while no node runs. The old key comes from where the server takes it.
 */
export async function resealAll({
  databaseUrl,
  dataDir,
  encryptionKey,
  newEncryptionKey,
}: Config): Promise<void> {
  if (!newEncryptionKey) {
    throw new BadConfig('MERIDIAN_NEW_ENCRYPTION_KEY must be set: openssl rand -base64 32');
  }
  await using database = databaseUrl
    ? await createPostgres({ url: databaseUrl.reveal(), poolSize: 1 })
    : await openEmbedded({ dataDir });
  await migrate(database, await readMigrations());
  const boxOf = async (fromEnvironment: typeof encryptionKey) =>
    createSecretBox(await loadEncryptionKey({ dataDir, fromEnvironment }));
  const from = await boxOf(encryptionKey);
  await requireSameKey(database, from);
  const counts = await resealSecrets(database, from, await boxOf(newEncryptionKey));
  const { providerKeys, settings, answers, responses, droppedFiles } = counts;
  process.stdout.write(
    `Sealed anew: ${providerKeys} provider keys, ${settings} settings, ${answers} answers, ${responses} responses. ` +
      `Dropped: ${droppedFiles} result files.\nStart every node with the new key as MERIDIAN_ENCRYPTION_KEY` +
      `${encryptionKey ? '' : `, or write it to encryption.key in ${dataDir}`}.\n`,
  );
}
