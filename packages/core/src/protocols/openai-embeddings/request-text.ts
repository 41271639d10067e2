import { fieldsOf, parseJson, stringOf, textOf } from '../json/values.ts';
import type { EmbeddingsCall } from './decode.ts';

/** A word of one token in every tokenizer: it stands for tokens that are given as numbers. */
const ONE_TOKEN = ' the';

/** The texts of a request, for counting where no usage came. */
export function textOfEmbeddings({ body }: Pick<EmbeddingsCall, 'body'>): string {
  const { input } = fieldsOf(parseJson(body.toString('utf8')));
  return textOfInput(input);
}

function textOfInput(input: unknown): string {
  if (!Array.isArray(input)) return textOf(input);
  const isTokens = typeof input[0] === 'number';
  return isTokens ? ONE_TOKEN.repeat(input.length) : input.map(textOfEntry).join('\n');
}

function textOfEntry(entry: unknown): string {
  if (Array.isArray(entry)) return ONE_TOKEN.repeat(entry.length);
  return stringOf(entry) ?? textOf(fieldsOf(entry).text);
}
