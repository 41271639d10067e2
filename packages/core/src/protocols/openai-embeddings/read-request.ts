import { Failure, invalid } from '../../kernel/index.ts';
import { parsing } from '../json/request-body.ts';
import { type Fields, fieldsOf, isFields } from '../json/values.ts';
import type {
  EmbeddingAbility,
  EmbeddingInput,
  EmbeddingRequest,
  EmbeddingTask,
} from '../neutral/embedding.ts';
import type { EmbeddingsCall } from './decode.ts';

/** The words of those vendors who tell uses apart, in the fields that they added to OpenAI's. */
const TASKS: ReadonlyMap<string, EmbeddingTask> = new Map([
  ['query', 'query'],
  ['search_query', 'query'],
  ['retrieval.query', 'query'],
  ['document', 'document'],
  ['passage', 'document'],
  ['search_document', 'document'],
  ['retrieval.passage', 'document'],
  ['text-matching', 'similarity'],
  ['classification', 'classification'],
  ['clustering', 'clustering'],
  ['separation', 'clustering'],
  ['code.query', 'codeQuery'],
]);

/** A request for vectors in no vendor's words. Throws `invalid_request` naming the field. */
export function readEmbeddingRequest({ body, encoding }: EmbeddingsCall): EmbeddingRequest {
  const fields = fieldsOf(parsing(() => JSON.parse(body.toString('utf8')) as unknown));
  const { dimensions, user } = fields;
  const task = readTask(fields);
  const mayTruncate = readTruncation(fields);
  return {
    inputs: readInputs(fields.input),
    encoding,
    ...(typeof dimensions === 'number' && { dimensions }),
    ...(task !== undefined && { task }),
    ...(mayTruncate !== undefined && { mayTruncate }),
    ...(typeof user === 'string' && { user }),
  };
}

function readTask({ input_type: type, task }: Fields): EmbeddingTask | undefined {
  return TASKS.get(String(type ?? task ?? '').toLowerCase());
}

/** Cohere says where to cut, Voyage and Jina whether. */
function readTruncation({ truncate, truncation }: Fields): boolean | undefined {
  const given = truncate ?? truncation;
  if (typeof given === 'boolean') return given;
  return typeof given === 'string' ? given.toUpperCase() !== 'NONE' : undefined;
}

function readInputs(input: unknown): readonly EmbeddingInput[] {
  if (!Array.isArray(input) || typeof input[0] === 'number') return [readInput(input)];
  return input.map(readInput);
}

function readInput(input: unknown): EmbeddingInput {
  if (typeof input === 'string') return { kind: 'text', text: input };
  if (isTokens(input)) return { kind: 'tokens', tokens: input };
  if (isFields(input)) {
    if (typeof input.text === 'string') return { kind: 'text', text: input.text };
    throw new Failure('unsupported_parameter', {
      message: 'The upstream of this model embeds texts only.',
      param: 'input',
    });
  }
  throw invalid('input', "'input' must be a text, tokens, or an array of these.");
}

function isTokens(input: unknown): input is readonly number[] {
  return Array.isArray(input) && input.every((token) => Number.isInteger(token));
}

const FIELDS: Readonly<Record<EmbeddingAbility, string>> = {
  tokens: 'input',
  inputs: 'input',
  dimensions: 'dimensions',
  task: 'input_type',
  title: 'title',
  mayTruncate: 'truncation',
};

/** The client's own field for what a target of embeddings cannot do. */
export function embeddingField(ability: EmbeddingAbility): string {
  return FIELDS[ability];
}
