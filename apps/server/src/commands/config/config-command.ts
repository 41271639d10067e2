import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { isSecretKey } from '@meridian/core/accounts';
import { Secret } from '@meridian/core/kernel';
import { BadConfig } from '../../config.ts';
import { applyPlan } from './apply-plan.ts';
import { type DocumentFormat, parseDocument, printDocument } from './document.ts';
import { type Change, documentOf, planChanges } from './plan.ts';
import { printPlan } from './print-plan.ts';
import { createServerApi, readServer, type ServerApi } from './server-api.ts';

/** What can be done with a configuration. */
export type ConfigVerb = 'export' | 'diff' | 'apply';

type Source = Readonly<Record<string, string | undefined>>;

interface Order {
  readonly api: ServerApi;
  /** Standard input or output where there is none. */
  readonly file: string | undefined;
  readonly format: DocumentFormat;
  readonly prune: boolean;
  /** Apply without asking. */
  readonly isSure: boolean;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';
const PRIVATE_FILE = 0o600;
const OPTIONS = {
  url: { type: 'string' },
  file: { type: 'string' },
  format: { type: 'string' },
  prune: { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

/**
 * Writes an owner's configuration to a file, compares it with one, or makes it as the file says. The
 * key comes from `MERIDIAN_KEY`. False: `diff` found a difference, or `apply` was not confirmed.
 */
export async function configCommand(
  verb: ConfigVerb,
  flags: readonly string[],
  environment: Source,
): Promise<boolean> {
  const order = readOrder(flags, environment);
  const server = await readServer(order.api);
  if (verb === 'export') {
    const text = printDocument(documentOf(server), order.format);
    if (order.file === undefined) process.stdout.write(text);
    else await writeFile(order.file, text, { mode: PRIVATE_FILE });
    return true;
  }
  const wanted = parseDocument(await readText(order.file));
  const read = (variable: string): string | undefined => environment[variable];
  const changes = planChanges(server, wanted, { prune: order.prune, read });
  process.stdout.write(changes.length === 0 ? 'Nothing differs.\n' : printPlan(changes));
  if (changes.length === 0 || verb === 'diff') return changes.length === 0;
  return confirmAndApply(order, changes);
}

async function confirmAndApply(order: Order, changes: readonly Change[]): Promise<boolean> {
  if (!(order.isSure || (await isConfirmed(order)))) {
    process.stdout.write('Nothing was changed.\n');
    return false;
  }
  await applyPlan(order.api, changes);
  process.stdout.write(`Applied: ${changes.length}.\n`);
  return true;
}

async function isConfirmed({ file }: Order): Promise<boolean> {
  if (file === undefined || !process.stdin.isTTY) {
    throw new BadConfig('Nobody can be asked here: give --yes to apply these changes.');
  }
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await asking.question('Apply these changes? [y/N] ')).trim());
  } finally {
    asking.close();
  }
}

function readOrder(flags: readonly string[], environment: Source): Order {
  const values = parsedFlags(flags);
  const key = environment.MERIDIAN_KEY?.trim();
  if (key === undefined || !isSecretKey(key)) {
    throw new BadConfig('MERIDIAN_KEY must be the key of an owner, sk-Xvs… or xln_live_….');
  }
  const url = values.url ?? environment.MERIDIAN_URL ?? DEFAULT_URL;
  if (!(URL.canParse(url) && /^https?:/.test(url))) {
    throw new BadConfig(
      `--url must be an address of the form http://… or https://…, not "${url}".`,
    );
  }
  return {
    api: createServerApi(url.replace(/\/+$/, ''), new Secret(key)),
    file: values.file,
    format: formatOf(values.format, values.file),
    prune: values.prune ?? false,
    isSure: values.yes ?? false,
  };
}

function parsedFlags(flags: readonly string[]) {
  try {
    return parseArgs({ args: [...flags], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new BadConfig(error instanceof Error ? error.message : String(error));
  }
}

function formatOf(given: string | undefined, file: string | undefined): DocumentFormat {
  if (given === undefined) return file?.endsWith('.json') ? 'json' : 'yaml';
  if (given === 'json' || given === 'yaml') return given;
  throw new BadConfig(`--format must be json or yaml, not "${given}".`);
}

async function readText(file: string | undefined): Promise<string> {
  if (file !== undefined) return readFile(file, 'utf8');
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
