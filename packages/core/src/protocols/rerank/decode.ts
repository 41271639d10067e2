import { invalid } from '../../kernel/index.ts';
import { parsing, readCount, readModelName, scanRequestBody } from '../json/request-body.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../json/values.ts';
import { NO_MEDIA, NOTHING_GENERATED, type WholeCall } from '../whole/whole-call.ts';
import { isImage, textOfDocument, textOfQuery } from './documents.ts';
import { searchUnits } from './search-units.ts';

/** A request to rank documents, in the form of Cohere, Jina or those who took it over. */
export interface RerankCall extends WholeCall {
  /** How many documents the answer ranks; undefined for all. */
  readonly topN: number | undefined;
  /** Whether the documents come back in the answer; undefined: as the upstream does it. */
  readonly returnsDocuments: boolean | undefined;
  /** How many documents there are. */
  readonly documents: number;
}

const DOCUMENTS_MAX = 10_000;
const TOKENS_PER_DOCUMENT_MAX = 1_000_000;
const CHUNKS_PER_DOCUMENT_MAX = 10_000;
const CHUNK_TOKENS = 512;

const WATCHED: ReadonlySet<string> = new Set([
  'model',
  'query',
  'documents',
  'top_n',
  'top_k',
  'return_documents',
  'rank_fields',
  'max_tokens_per_doc',
  'max_chunks_per_doc',
]);

/** Reads a request to rank documents. Throws `invalid_json` or `invalid_request` naming the field. */
export function decodeRerank(raw: Buffer): RerankCall {
  const { body, scanned } = scanRequestBody(raw, WATCHED);
  const fields = fieldsOf(parsing(() => JSON.parse(body.toString('utf8')) as unknown));
  const model = readModelName(fields.model ?? undefined);
  const documents = readDocuments(fields);
  const query = readQuery(fields);
  const bytes = documents.map((document) => Buffer.byteLength(textOfDocument(document)));
  const topN = readCount('top_n', fields.top_n ?? fields.top_k ?? undefined, DOCUMENTS_MAX);
  return {
    body,
    scanned,
    model,
    ...NOTHING_GENERATED,
    service: undefined,
    topN,
    returnsDocuments: readFlag(fields.return_documents),
    documents: documents.length,
    // Each document is read together with the query.
    size: {
      ...NO_MEDIA,
      ...withoutImages(documents, body.length + (documents.length - 1) * query),
      prompts: documents.length,
    },
    pieces: searchUnits({ query, documents: bytes, tokensPerDocument: readCut(fields) }),
  };
}

function readDocuments({ documents }: Fields): readonly unknown[] {
  if (!Array.isArray(documents)) throw invalid('documents', "'documents' must be an array.");
  if (documents.length === 0 || documents.length > DOCUMENTS_MAX) {
    throw invalid('documents', `'documents' must have 1 to ${DOCUMENTS_MAX} entries.`);
  }
  const wrong = documents.findIndex((each) => typeof each !== 'string' && !isFields(each));
  if (wrong >= 0) {
    const name = `documents[${wrong}]`;
    throw invalid(name, `'${name}' must be a text or an object.`);
  }
  return documents;
}

/** The length of the query in bytes. */
function readQuery({ query }: Fields): number {
  const text = textOfQuery(query);
  if (text === '' || (text === undefined && !isImage(query))) {
    throw invalid('query', "'query' must be a text that is not empty.");
  }
  return Buffer.byteLength(text ?? '');
}

function readFlag(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw invalid('return_documents', "'return_documents' must be a boolean.");
}

/** Where documents are cut off, in tokens: Cohere's v2 says it so, its v1 in chunks. */
function readCut(fields: Fields): number | undefined {
  const tokens = readCount(
    'max_tokens_per_doc',
    fields.max_tokens_per_doc ?? undefined,
    TOKENS_PER_DOCUMENT_MAX,
  );
  const chunks = readCount(
    'max_chunks_per_doc',
    fields.max_chunks_per_doc ?? undefined,
    CHUNKS_PER_DOCUMENT_MAX,
  );
  return tokens ?? (chunks === undefined ? undefined : chunks * CHUNK_TOKENS);
}

function withoutImages(documents: readonly unknown[], bytes: number) {
  let textBytes = bytes;
  let images = 0;
  for (const document of documents) {
    if (!isImage(document)) continue;
    images++;
    textBytes -= textOf(fieldsOf(document).image).length;
  }
  return { textBytes, images };
}

/** The query with each document, as a model reads them: for counting where no usage came. */
export function textOfRerank({ body }: Pick<WholeCall, 'body'>): string {
  const { query, documents } = fieldsOf(JSON.parse(body.toString('utf8')));
  const asked = textOfQuery(query) ?? '';
  return listOf(documents)
    .map((document) => (isImage(document) ? asked : `${asked}\n${textOfDocument(document)}`))
    .join('\n');
}
