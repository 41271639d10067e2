import { invalid } from '../../kernel/index.ts';
import type { CallPath } from '../dialect.ts';
import { parsing, readCount } from '../json/request-body.ts';
import {
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  parseJson,
  stringOf,
  textOf,
} from '../json/values.ts';
import type {
  EmbeddingAbility,
  EmbeddingAnswer,
  EmbeddingInput,
  EmbeddingLoss,
  EmbeddingRequest,
  EmbeddingTask,
} from '../neutral/embedding.ts';
import { inputTokens } from '../neutral/usage.ts';
import { modelOfPath } from './decode.ts';
import { field, objectField, present } from './fields.ts';
import { readGeminiUsage } from './usage.ts';

/** The method of a model that embeds: of the Gemini API one text or several, `predict` of Vertex AI. */
export type EmbeddingMethod = 'embedContent' | 'batchEmbedContents' | 'predict';

/** Requests in one batch. */
const BATCH_MAX = 250;
const DIMENSIONS_MAX = 65_536;

const TASKS: readonly (readonly [EmbeddingTask, string])[] = [
  ['query', 'RETRIEVAL_QUERY'],
  ['document', 'RETRIEVAL_DOCUMENT'],
  ['similarity', 'SEMANTIC_SIMILARITY'],
  ['classification', 'CLASSIFICATION'],
  ['clustering', 'CLUSTERING'],
  ['questionAnswering', 'QUESTION_ANSWERING'],
  ['factVerification', 'FACT_VERIFICATION'],
  ['codeQuery', 'CODE_RETRIEVAL_QUERY'],
];

/** A request to embed, as a client of Gemini sent it. */
export interface GeminiEmbeddingCall {
  readonly model: string;
  /** The client's bytes, for an upstream that speaks the same. */
  readonly body: Buffer;
  /** Whether it asks for one vector or for a list of them. */
  readonly isBatch: boolean;
  readonly request: EmbeddingRequest;
}

/** Reads `embedContent` or `batchEmbedContents`. Throws `invalid_json` or `invalid_request`. */
export function decodeGeminiEmbedding(
  body: Buffer,
  path: CallPath,
  isBatch: boolean,
): GeminiEmbeddingCall {
  const model = modelOfPath(path);
  const fields = parsing(() => JSON.parse(body.toString('utf8')) as unknown);
  if (!isFields(fields)) throw invalid('body', 'The request body must be a JSON object.');
  const requests = isBatch ? fields.requests : [fields];
  if (!Array.isArray(requests) || requests.length === 0 || requests.length > BATCH_MAX) {
    throw invalid('requests', `'requests' must be an array of 1 to ${BATCH_MAX} requests.`);
  }
  const read = requests.map((each: unknown, at) =>
    readRequest(fieldsOf(each), isBatch ? `requests[${at}].` : ''),
  );
  return { model, body, isBatch, request: oneOf(read) };
}

type Single = Omit<EmbeddingRequest, 'inputs'> & { readonly input: EmbeddingInput };

function readRequest(fields: Fields, place: string): Single {
  const config = { ...objectField(fields, 'embedContentConfig'), ...fields };
  const { parts } = objectField(fields, 'content');
  const texts = listOf(parts).map((part) => stringOf(fieldsOf(part).text));
  if (texts.length === 0 || texts.includes(undefined)) {
    const name = `${place}content.parts`;
    throw invalid(name, `'${name}' must be text parts; other media cannot be embedded here.`);
  }
  const name = `${place}outputDimensionality`;
  const mayTruncate = field(config, 'autoTruncate');
  return {
    input: { kind: 'text', text: texts.join('\n') },
    encoding: 'float',
    ...present({
      dimensions: readCount(name, field(config, 'outputDimensionality'), DIMENSIONS_MAX),
      task: readTask(field(config, 'taskType')),
      title: stringOf(field(config, 'title')),
      mayTruncate: typeof mayTruncate === 'boolean' ? mayTruncate : undefined,
    }),
  };
}

function readTask(taskType: unknown): EmbeddingTask | undefined {
  const name = textOf(taskType).toUpperCase();
  return TASKS.find(([, wire]) => wire === name)?.[0];
}

/** The settings of a batch are one request's, as other vendors have it: they may not differ. */
function oneOf(requests: readonly Single[]): EmbeddingRequest {
  const settings = requests.map(({ input: _, ...rest }) => rest);
  const [first] = settings;
  const same = JSON.stringify(first);
  if (first === undefined || settings.some((each) => JSON.stringify(each) !== same)) {
    throw invalid('requests', "All of 'requests' must have the same settings.");
  }
  return { ...first, inputs: requests.map(({ input }) => input) };
}

/** A body for an upstream that embeds, the method to call, and what is not in it. */
export interface EncodedEmbedding {
  readonly body: Buffer;
  readonly method: EmbeddingMethod;
  readonly losses: readonly EmbeddingLoss[];
}

/** What an embedding request is written for. */
export interface EmbeddingTarget {
  readonly model: string;
  readonly isVertex?: boolean;
  /** The method that is called; undefined: the one that `embeddingMethod` chooses. */
  readonly method?: EmbeddingMethod;
}

/** Models of Vertex AI that have `predict` only; later ones speak as the Gemini API does, one by one. */
const PREDICTED = /^(?:text-|textembedding-|text-multilingual-|gemini-embedding-001)/;

/** The method by which so many texts are embedded. */
export function embeddingMethod(
  { model, isVertex }: EmbeddingTarget,
  inputs: number,
): EmbeddingMethod {
  if (isVertex !== true) return inputs === 1 ? 'embedContent' : 'batchEmbedContents';
  return PREDICTED.test(model) ? 'predict' : 'embedContent';
}

/** Writes a request for vectors. Where several inputs are one too many, the first is asked for. */
export function encodeGeminiEmbedding(
  request: EmbeddingRequest,
  target: EmbeddingTarget,
): EncodedEmbedding {
  const texts = request.inputs.flatMap((input) => (input.kind === 'text' ? [input.text] : []));
  const method = target.method ?? embeddingMethod(target, texts.length);
  const body =
    method === 'predict'
      ? predictBody(texts, request)
      : contentBody(texts, request, { method, target });
  const losses = lossesOf(request, texts.length, { method, target });
  return { body: Buffer.from(JSON.stringify(body)), method, losses };
}

interface Called {
  readonly method: EmbeddingMethod;
  readonly target: EmbeddingTarget;
}

function lossesOf(
  { inputs, mayTruncate }: EmbeddingRequest,
  texts: number,
  { method, target }: Called,
): readonly EmbeddingLoss[] {
  const losses: EmbeddingLoss[] = [];
  if (texts < inputs.length) {
    losses.push({ ability: 'tokens', reason: 'Gemini embeds texts, not tokens' });
  }
  if (method === 'embedContent' && texts > 1) {
    losses.push({ ability: 'inputs', reason: 'this model embeds one text at a time' });
  }
  if (mayTruncate === false && target.isVertex !== true) {
    losses.push({ ability: 'mayTruncate', reason: 'the Gemini API cuts what is too long' });
  }
  return losses;
}

function taskType({ task }: EmbeddingRequest): string | undefined {
  return TASKS.find(([name]) => name === task)?.[1];
}

function predictBody(texts: readonly string[], request: EmbeddingRequest): Fields {
  const { dimensions, title, mayTruncate } = request;
  const settings = present({ task_type: taskType(request), title });
  const parameters = present({ outputDimensionality: dimensions, autoTruncate: mayTruncate });
  return {
    instances: texts.map((content) => ({ content, ...settings })),
    ...(Object.keys(parameters).length > 0 && { parameters }),
  };
}

function contentBody(
  texts: readonly string[],
  request: EmbeddingRequest,
  { method, target }: Called,
): Fields {
  const settings = present({
    taskType: taskType(request),
    title: request.title,
    outputDimensionality: request.dimensions,
    autoTruncate: target.isVertex ? request.mayTruncate : undefined,
  });
  const contents = texts.map((text) => ({ content: { parts: [{ text }] } }));
  if (target.isVertex) {
    const config = Object.keys(settings).length > 0 && { embedContentConfig: settings };
    return { ...contents[0], ...config };
  }
  const model = `models/${target.model}`;
  const requests = contents.map((content) => ({ model, ...content, ...settings }));
  return method === 'embedContent' ? { ...requests[0] } : { requests };
}

/** Reads an answer of any of the methods; undefined when the bytes are none. */
export function readGeminiEmbedding(body: Buffer): EmbeddingAnswer | undefined {
  const answer = fieldsOf(parseJson(body.toString('utf8')));
  const found = embeddingsOf(answer);
  const vectors = found.map((each) => vectorOf(fieldsOf(each).values));
  if (vectors.length === 0 || !vectors.every((vector) => vector !== undefined)) return undefined;
  const usage = readGeminiUsage(answer.usageMetadata) ?? countedUsage(found);
  return {
    model: '',
    vectors,
    usage: usage?.usage,
    isSuspicious: usage?.isSuspicious === true,
  };
}

function embeddingsOf(answer: Fields): readonly unknown[] {
  if (isFields(answer.embedding)) return [answer.embedding];
  if (Array.isArray(answer.embeddings)) return answer.embeddings;
  return listOf(answer.predictions).map((each) => fieldsOf(each).embeddings);
}

function vectorOf(values: unknown): readonly number[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const isVector = values.every((value) => typeof value === 'number');
  return isVector ? (values as readonly number[]) : undefined;
}

/** Vertex AI counts the tokens of each text beside its vector. */
function countedUsage(embeddings: readonly unknown[]) {
  const counts = embeddings.map((each) => {
    const statistics = fieldsOf(fieldsOf(each).statistics);
    return field(statistics, 'tokenCount');
  });
  if (counts.some((count) => typeof count !== 'number')) return undefined;
  const promptTokenCount = (counts as number[]).reduce((sum, count) => sum + count, 0);
  return readGeminiUsage({ promptTokenCount });
}

/** An answer with vectors as clients of Gemini expect it. */
export function writeGeminiEmbedding(
  { vectors, usage }: EmbeddingAnswer,
  { isBatch }: Pick<GeminiEmbeddingCall, 'isBatch'>,
): Buffer {
  const embeddings = vectors.map((values) => ({ values }));
  const told = usage && { usageMetadata: { promptTokenCount: inputTokens(usage) } };
  const body = isBatch
    ? { embeddings, ...told }
    : { embedding: embeddings[0] ?? { values: [] }, ...told };
  return Buffer.from(JSON.stringify(body));
}

const FIELDS: Readonly<Record<EmbeddingAbility, string>> = {
  tokens: 'content',
  inputs: 'requests',
  dimensions: 'outputDimensionality',
  task: 'taskType',
  title: 'title',
  mayTruncate: 'autoTruncate',
};

/** The client's own field for what a target of embeddings cannot do. */
export function geminiEmbeddingField(ability: EmbeddingAbility): string {
  return FIELDS[ability];
}
