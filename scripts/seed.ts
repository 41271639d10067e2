// Fills an empty PostgreSQL database with accounts and a year of usage, to see how reports do at size.
import { parseArgs } from 'node:util';
import { Secret, systemRandom } from '@meridian/core/kernel';
import { createPostgres, migrate, readMigrations } from '@meridian/storage';
import { fill, type SeedSize } from './seeding/fill.ts';

const HELP = `npm run seed -- --database-url postgres://… [options]

  --database-url   an empty database (default: MERIDIAN_DATABASE_URL)
  --accounts       accounts below root, 1 to 1,000,000 (default 1,000)
  --records        usage records, 1 to 100,000,000 (default 100,000)
  --days           days up to now over which they are spread, 1 to 3,650 (default 365)
  --root-key       root's key (default: MERIDIAN_ROOT_KEY, else a new one that is printed)
`;

function whole(name: string, text: string, most: number): number {
  const value = Number(text.replaceAll(/[,_]/g, ''));
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${most}, not "${text}".`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      'database-url': { type: 'string', default: process.env.MERIDIAN_DATABASE_URL ?? '' },
      accounts: { type: 'string', default: '1000' },
      records: { type: 'string', default: '100000' },
      days: { type: 'string', default: '365' },
      'root-key': { type: 'string', default: process.env.MERIDIAN_ROOT_KEY ?? '' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const url = values['database-url'];
  if (url === '') throw new Error('--database-url is missing; --help tells more.');
  const size: SeedSize = {
    accounts: whole('accounts', values.accounts, 1_000_000),
    records: whole('records', values.records, 100_000_000),
    days: whole('days', values.days, 3_650),
  };
  const given = values['root-key'];
  const began = performance.now();
  await using database = await createPostgres({ url, poolSize: 1 });
  await migrate(database, await readMigrations());
  const onStep = (step: string): void => {
    process.stdout.write(
      `${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${step}\n`,
    );
  };
  const rootKey = given === '' ? {} : { rootKey: new Secret(given) };
  const made = await fill({ database, random: systemRandom, onStep, ...rootKey }, size);
  onStep('done');
  if (made && given === '')
    process.stdout.write(`\nRoot's key, shown this once: ${made.reveal()}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`seed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
