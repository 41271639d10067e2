import type { ReadUsage, WholeAnswer } from '../dialect.ts';
import { applyEdits, type Edit } from '../json/edit.ts';
import { type ScannedObject, scanObject } from '../json/scan.ts';
import { type Fields, fieldsOf, isFields, listOf, numberOf } from '../json/values.ts';
import { inputTokens, NO_USAGE, type Usage } from '../neutral/usage.ts';
import type { AnswerView } from '../relay/index.ts';
import { readInputUsage } from '../whole/input-usage.ts';
import { reading } from '../whole/passed-answer.ts';
import type { RerankCall } from './decode.ts';
import { isImage, textOfDocument } from './documents.ts';

const WATCHED: ReadonlySet<string> = new Set(['id', 'model', 'results', 'data', 'usage', 'meta']);

/** More searches than one request can be. */
const SEARCHES_MAX = 1_000_000;

/**
 * Reads a ranking. The bytes stay as they came where clients of every way find in them what they look
 * for; what is missing is added. Undefined when they are no ranking of the documents.
 */
export function readRanking(
  body: Buffer,
  call: RerankCall,
  view: AnswerView,
): WholeAnswer | undefined {
  return reading(() => {
    const scanned = scanObject(body, WATCHED);
    const read = (name: string): unknown => {
      const span = scanned.fields.get(name);
      return span && (JSON.parse(body.toString('utf8', span.start, span.end)) as unknown);
    };
    const given = read('results') ?? read('data');
    const results = resultsOf(given, call);
    if (results === undefined) return undefined;
    const usage = usageOf(read('usage'), read('meta'));
    const edits = [
      ...modelEdit(scanned, view),
      ...(results === given && scanned.fields.has('results') ? [] : resultEdit(scanned, results)),
    ];
    const added = missing(scanned, call, view);
    const complete = (counted: Usage | undefined): Buffer =>
      withFields(body, scanned, { edits, fields: { ...added, ...told(scanned, counted) } });
    return {
      body: complete(usage?.usage),
      usage,
      ...(!usage && { withUsage: complete }),
    };
  });
}

/** The results best first, as many as asked for, with their documents; the same list where it is so. */
function resultsOf(given: unknown, call: RerankCall): readonly Fields[] | undefined {
  if (!Array.isArray(given) || given.length > call.documents) return undefined;
  const results: readonly Fields[] = given;
  if (!results.every((result) => isResult(result, call))) return undefined;
  const isShort = results.length <= (call.topN ?? results.length);
  const asked = call.returnsDocuments === true;
  const isComplete = results.every(({ document }) => isFields(document) || (!asked && !document));
  if (isShort && isComplete && isOrdered(results)) return results;
  const documents = asked ? documentsOf(call) : [];
  return [...results]
    .sort((a, b) => scoreOf(b) - scoreOf(a))
    .slice(0, call.topN)
    .map((result) => withDocument(result, documents));
}

function isResult(result: unknown, { documents }: RerankCall): boolean {
  const { index, relevance_score: score } = fieldsOf(result);
  const isIndex = typeof index === 'number' && Number.isInteger(index);
  return isIndex && index >= 0 && index < documents && typeof score === 'number';
}

function isOrdered(results: readonly Fields[]): boolean {
  return results.every((result, at) => {
    const before = results[at - 1];
    return before === undefined || scoreOf(before) >= scoreOf(result);
  });
}

function scoreOf({ relevance_score: score }: Fields): number {
  return numberOf(score) ?? 0;
}

function documentsOf({ body }: RerankCall): readonly unknown[] {
  return listOf(fieldsOf(JSON.parse(body.toString('utf8'))).documents);
}

/** A document comes back as an object: with its text where it was one. */
function withDocument(result: Fields, documents: readonly unknown[]): Fields {
  const given = isFields(result.document) ? result.document : undefined;
  const document = given ?? result.document ?? documents[Number(result.index)];
  if (document === undefined) return result;
  const isObject = isFields(document) && (document.text !== undefined || isImage(document));
  return { ...result, document: isObject ? document : { text: textOfDocument(document) } };
}

/** What is billed: Cohere tells searches, the others tokens. */
function usageOf(wire: unknown, meta: unknown): ReadUsage | undefined {
  const { billed_units: billed, tokens } = fieldsOf(meta);
  const searches = numberOf(fieldsOf(billed).search_units);
  const read = readInputUsage(wire) ?? readInputUsage(tokens);
  if (searches === undefined || !(searches > 0)) return read;
  const isSuspicious = searches > SEARCHES_MAX || read?.isSuspicious === true;
  const units = Math.min(Math.ceil(searches), SEARCHES_MAX);
  return { usage: { ...(read?.usage ?? NO_USAGE), units }, isSuspicious };
}

function modelEdit({ fields }: ScannedObject, { shownModel }: AnswerView): readonly Edit[] {
  const span = fields.get('model');
  if (shownModel === undefined || span === undefined) return [];
  return [{ ...span, bytes: Buffer.from(JSON.stringify(shownModel)) }];
}

/** Voyage calls the list `data`; it stays, for clients who know it by that name. */
function resultEdit(scanned: ScannedObject, results: readonly Fields[]): readonly Edit[] {
  const bytes = Buffer.from(JSON.stringify(results));
  const span = scanned.fields.get('results');
  if (span) return [{ ...span, bytes }];
  const at = scanned.inside;
  return [{ start: at, end: at, bytes: Buffer.concat([Buffer.from('"results":'), bytes, COMMA]) }];
}

const COMMA = Buffer.from(',');

function missing({ fields }: ScannedObject, call: RerankCall, view: AnswerView): Fields {
  return {
    ...(!fields.has('id') && { id: `rerank-${view.requestId}` }),
    ...(!fields.has('model') && { model: view.shownModel ?? call.model }),
  };
}

/** What was billed in the words of those whom the upstream's do not reach. */
function told({ fields }: ScannedObject, usage: Usage | undefined): Fields {
  if (usage === undefined) return {};
  const tokens = inputTokens(usage);
  const { units } = usage;
  return {
    ...(!fields.has('usage') && {
      usage: {
        ...(tokens > 0 && { prompt_tokens: tokens, total_tokens: tokens }),
        ...(units > 0 && { search_units: units }),
      },
    }),
    ...(!fields.has('meta') && {
      meta: {
        api_version: { version: '2' },
        ...(units > 0 && { billed_units: { search_units: units } }),
        ...(tokens > 0 && { tokens: { input_tokens: tokens } }),
      },
    }),
  };
}

/** The bytes with edits, and with further fields in front. */
function withFields(
  body: Buffer,
  { inside }: ScannedObject,
  change: { readonly edits: readonly Edit[]; readonly fields: Fields },
): Buffer {
  const list = JSON.stringify(change.fields).slice(1, -1);
  const front = list === '' ? '' : `${list},`;
  const inserted = change.edits.filter(({ start }) => start === inside);
  const bytes = Buffer.concat([Buffer.from(front), ...inserted.map((edit) => edit.bytes)]);
  const others = change.edits.filter((edit) => !inserted.includes(edit));
  if (bytes.length === 0) return applyEdits(body, others);
  return applyEdits(body, [{ start: inside, end: inside, bytes }, ...others]);
}
