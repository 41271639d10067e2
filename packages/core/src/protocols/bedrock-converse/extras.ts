import { type Fields, fieldsOf, isFields, listOf } from '../json/values.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { ModelFacts } from './families.ts';
import type { LossList } from './losses.ts';

/** Fields of Converse's own that clients may name in the body of any API. */
const PASSED: ReadonlySet<string> = new Set([
  'guardrailConfig',
  'promptVariables',
  'requestMetadata',
]);

const REASONS: ReadonlyMap<string, string> = new Map([
  ['performanceConfig', 'faster inference has prices of its own, which are not known here'],
]);

/** What of the client's own fields goes into the body. */
export interface WrittenExtras {
  readonly body: Fields;
  readonly additional: Fields;
  readonly responsePaths: readonly string[];
}

/** Fields that Converse knows by their names, whichever API they came with; others are lost. */
export function writeExtras(
  { extras }: Pick<NeutralRequest, 'extras'>,
  { facts, losses }: { readonly facts: ModelFacts; readonly losses: LossList },
): WrittenExtras {
  const body: Record<string, unknown> = {};
  let additional: Fields = {};
  let responsePaths: readonly string[] = [];
  for (const { field, value } of extras) {
    if (PASSED.has(field)) body[field] = value;
    else if (field === 'additionalModelRequestFields' && isFields(value)) additional = value;
    else if (field === 'additionalModelResponseFieldPaths') {
      responsePaths = listOf(value).filter((path) => typeof path === 'string');
    } else if (field === 'anthropic_beta' && facts.claude) {
      additional = { ...additional, anthropic_beta: value };
    } else losses.field(field, REASONS.get(field) ?? 'Bedrock does not know it');
  }
  return { body, additional, responsePaths };
}

const METADATA_ENTRIES_MAX = 16;
const METADATA_TEXT = /^[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}$/;

/** Metadata are for the owner's logs: what Bedrock's form of them does not allow is left out. */
export function requestMetadata(
  metadata: NeutralRequest['metadata'],
): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(fieldsOf(metadata)).filter(
    (entry): entry is [string, string] =>
      METADATA_TEXT.test(entry[0]) && typeof entry[1] === 'string' && METADATA_TEXT.test(entry[1]),
  );
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.slice(0, METADATA_ENTRIES_MAX));
}
