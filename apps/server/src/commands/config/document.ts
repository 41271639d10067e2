import { OWNER_SETTINGS, type OwnerSettingName } from '@meridian/contract';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

/** A file that is no configuration; its message is for the person who wrote it. */
export class BadDocument extends Error {
  override readonly name = 'BadDocument';
}

/** How a configuration is written down. */
export type DocumentFormat = 'json' | 'yaml';

const keyEntry = z.looseObject({
  ID: z.int().positive().optional(),
  Name: z.string().min(1),
  SecretKey: z.string().optional(),
});

const document = z.strictObject({
  version: z.literal(1),
  settings: z.partialRecord(z.enum(OWNER_SETTINGS), z.unknown()),
  provider_keys: z.array(keyEntry).optional(),
});

/** A provider key in a file: the fields of `POST /x-keys`, and an `ID` where names are not unique. */
export type KeyEntry = z.infer<typeof keyEntry>;

/** Settings by name, maps and lists as objects. */
export type Settings = Readonly<Partial<Record<OwnerSettingName, unknown>>>;

/** An owner's configuration as one value. */
export interface ConfigDocument {
  readonly version: 1;
  readonly settings: Settings;
  /** Absent: provider keys are left alone. */
  readonly provider_keys?: readonly KeyEntry[] | undefined;
}

/** The longest file, in characters. */
const DOCUMENT_MAX_CHARS = 4 * 1024 * 1024;
/** Anchors that a YAML file may use; more are an attack or a mistake. */
const ALIASES_MAX = 100;

/** Reads a file; JSON is YAML too. Throws `BadDocument`. */
export function parseDocument(text: string): ConfigDocument {
  if (text.length > DOCUMENT_MAX_CHARS) throw new BadDocument('The file is too large.');
  const value = parsed(text);
  const read = document.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new BadDocument(`The file is no configuration: ${where}${issue?.message ?? 'not valid'}`);
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: ALIASES_MAX, prettyErrors: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new BadDocument(`The file is neither JSON nor YAML: ${reason}`);
  }
}

/** Writes a configuration down, with the same text for the same value. */
export function printDocument(value: ConfigDocument, format: DocumentFormat): string {
  return format === 'json'
    ? `${JSON.stringify(value, null, 2)}\n`
    : stringify(value, { lineWidth: 0 });
}
