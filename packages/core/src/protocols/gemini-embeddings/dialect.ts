import type { Dialect, WholeAnswer } from '../dialect.ts';
import { geminiErrorEvent } from '../gemini/event-writer.ts';
import { readGeminiEmbedding } from '../gemini/index.ts';
import { type Fields, fieldsOf, listOf, parseJson, textOf } from '../json/values.ts';
import { createWholeDialect } from '../whole/whole-dialect.ts';
import { decodeGeminiEmbeddings, type GeminiEmbeddingsCall } from './decode.ts';

/** One text; what comes with the method of one. */
export const geminiEmbedContent = createDialect(false);

/** Several texts, each with its own settings. */
export const geminiBatchEmbedContents = createDialect(true);

function createDialect(isBatch: boolean): Dialect<GeminiEmbeddingsCall> {
  const dialect = createWholeDialect<GeminiEmbeddingsCall>({
    name: isBatch ? 'gemini-batch-embed-contents' : 'gemini-embed-content',
    decode: (raw, path = {}) => decodeGeminiEmbeddings(raw, path, isBatch),
    withModel: renamed,
    readWhole,
    textOfRequest,
  });
  return { ...dialect, errorEvent: (body) => Buffer.from(geminiErrorEvent(body)) };
}

/** The model is in the path; where requests repeat it, it must be the same. */
function renamed({ body, model: asked }: GeminiEmbeddingsCall, model: string): Buffer {
  if (asked === model) return body;
  const fields = fieldsOf(parseJson(body.toString('utf8')));
  const { requests } = fields;
  const changed = Array.isArray(requests)
    ? { ...fields, requests: requests.map((each) => withName(fieldsOf(each), model)) }
    : withName(fields, model);
  return Buffer.from(JSON.stringify(changed));
}

function withName(request: Fields, model: string): Fields {
  return 'model' in request ? { ...request, model: `models/${model}` } : request;
}

/** Answers name no model, so that they pass as they are. */
function readWhole(body: Buffer): WholeAnswer | undefined {
  const answer = readGeminiEmbedding(body);
  if (answer === undefined) return undefined;
  const { usage, isSuspicious } = answer;
  return { body, usage: usage && { usage, isSuspicious } };
}

function textOfRequest({ body, isBatch }: GeminiEmbeddingsCall): string {
  const fields = fieldsOf(parseJson(body.toString('utf8')));
  const requests = isBatch ? listOf(fields.requests).map(fieldsOf) : [fields];
  return requests.map(({ content }) => textOfContent(fieldsOf(content))).join('\n');
}

function textOfContent({ parts }: Fields): string {
  return listOf(parts)
    .map((part) => textOf(fieldsOf(part).text))
    .join('\n');
}
