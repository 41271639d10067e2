import { relevanceOf, vectorOf, wordsOf } from './features.ts';
import { type Fields, noSuchModel, parseFields } from './fields.ts';
import { EMBEDDING_DIMENSIONS, EMBEDDING_TOKENS_MAX, READING_INPUTS_MAX } from './quirks.ts';
import { refuse, WireRefusal } from './refusal.ts';
import { countTokens } from './tokens.ts';

/** Reads a body and answers it, or says what is wrong with it. */
export type Reading = (body: Fields) => object | WireRefusal;

/** Answers to what is only read, by path: vectors, judgements and rankings. */
export const READINGS: ReadonlyMap<string, { readonly model: string; readonly read: Reading }> =
  new Map([
    ['/v1/embeddings', { model: 'sandbox-embedding', read: embed }],
    ['/v1/moderations', { model: 'sandbox-moderation', read: moderate }],
    ['/v1/rerank', { model: 'sandbox-rerank', read: rank }],
  ]);

/** The answer to a request at one of these paths. */
export function answerReading(path: string, body: Buffer): object | WireRefusal {
  const reading = READINGS.get(path);
  const fields = parseFields(body);
  if (!reading || !fields) return new WireRefusal(400, null, 'The body is not a JSON object.');
  if (fields.model === reading.model) return reading.read(fields);
  return noSuchModel(fields.model, path);
}

function embed({ model, input, dimensions }: Fields): object | WireRefusal {
  const texts = textsOf(input);
  if (texts === undefined) return badInput('input');
  const size = typeof dimensions === 'number' ? dimensions : EMBEDDING_DIMENSIONS;
  if (size > EMBEDDING_DIMENSIONS) {
    const message = `This model has at most ${EMBEDDING_DIMENSIONS} dimensions.`;
    return refuse('integer_above_max_value', 'dimensions', message);
  }
  const counts = texts.map(countTokens);
  if (counts.some((count) => count > EMBEDDING_TOKENS_MAX)) {
    const message = `A text may have ${EMBEDDING_TOKENS_MAX} tokens.`;
    return refuse('context_length_exceeded', 'input', message);
  }
  const data = texts.map((text, index) => {
    return { object: 'embedding', index, embedding: vectorOf(text, size) };
  });
  return { object: 'list', data, model, usage: readUsage(counts) };
}

/** Texts, or tokens as the words that they are taken for; undefined for what is neither. */
function textsOf(input: unknown): readonly string[] | undefined {
  const isOne = !Array.isArray(input) || typeof input[0] === 'number';
  const inputs: readonly unknown[] = isOne ? [input] : input;
  if (inputs.length > READING_INPUTS_MAX) return undefined;
  const texts = inputs.map((each) => (Array.isArray(each) ? each.join(' ') : each));
  return texts.every((text) => typeof text === 'string' && text !== '')
    ? (texts as readonly string[])
    : undefined;
}

function badInput(param: string): WireRefusal {
  const message = `Expected one to ${READING_INPUTS_MAX} texts, none of them empty.`;
  return refuse('invalid_value', param, message);
}

function readUsage(counts: readonly number[]): object {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return { prompt_tokens: total, total_tokens: total };
}

/** What is found harmful: a word of these is enough. Clients expect every category. */
const HARM: Readonly<Record<string, readonly string[]>> = {
  harassment: ['idiot', 'loser'],
  'harassment/threatening': [],
  hate: ['subhuman'],
  'hate/threatening': [],
  illicit: [],
  'illicit/violent': [],
  'self-harm': ['suicide'],
  'self-harm/instructions': [],
  'self-harm/intent': [],
  sexual: [],
  'sexual/minors': [],
  violence: ['kill', 'murder', 'stab'],
  'violence/graphic': [],
};
const APPLIED = Object.fromEntries(Object.keys(HARM).map((category) => [category, ['text']]));
const SCORES = { harmful: 0.97, harmless: 0.01 } as const;

function moderate({ model, input }: Fields): object | WireRefusal {
  const texts = textsOf(Array.isArray(input) ? input.map(textOfPart) : input);
  if (texts === undefined) return badInput('input');
  const results = texts.map((text) => {
    const words = new Set(wordsOf(text));
    const found = Object.entries(HARM).map(
      ([category, harmful]) => [category, harmful.some((word) => words.has(word))] as const,
    );
    const scores = found.map(([category, is]) => [category, is ? SCORES.harmful : SCORES.harmless]);
    return {
      flagged: found.some(([, is]) => is),
      categories: Object.fromEntries(found),
      category_scores: Object.fromEntries(scores),
      category_applied_input_types: APPLIED,
    };
  });
  return { id: 'modr-sandbox', model, results, usage: readUsage(texts.map(countTokens)) };
}

/** An image is judged by its address. */
function textOfPart(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part;
  const { text, image_url: image } = part as { text?: unknown; image_url?: { url?: unknown } };
  return text ?? image?.url;
}

function rank({ model, query, documents, top_n: topN }: Fields): object | WireRefusal {
  const texts = textsOf(Array.isArray(documents) ? documents.map(textOfPart) : undefined);
  if (texts === undefined) return badInput('documents');
  if (typeof query !== 'string') return badInput('query');
  const results = texts
    .map((text, index) => ({ index, relevance_score: relevanceOf(query, text) }))
    .sort((a, b) => b.relevance_score - a.relevance_score)
    .slice(0, typeof topN === 'number' ? topN : undefined);
  const meta = { api_version: { version: '2' }, billed_units: { search_units: 1 } };
  return { id: 'rerank-sandbox', model, results, meta };
}
