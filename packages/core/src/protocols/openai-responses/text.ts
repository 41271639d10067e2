import { fieldsOf, isFields, listOf, parseJson, textOf } from '../json/values.ts';
import type { ResponsesCall } from './decode.ts';

/**
 * The strings of a request as far as a model reads them as text; the whole body where an upstream took
 * what is no JSON inside its strings.
 */
export function textOfRequest({ body }: ResponsesCall): string {
  const text = body.toString('utf8');
  const value = parseJson(text);
  if (!isFields(value)) return text;
  const { instructions, input, tools } = value;
  const texts = [textOf(instructions), ...textsOfInput(input)];
  if (tools) texts.push(JSON.stringify(tools));
  return texts.join('\n');
}

function textsOfInput(input: unknown): readonly string[] {
  if (typeof input === 'string') return [input];
  return listOf(input).flatMap((item) => {
    const { role, content, output, summary, name, arguments: given, input: free } = fieldsOf(item);
    return [role, name, given, free]
      .map(textOf)
      .concat(textsOf(content), textsOf(output), textsOf(summary))
      .filter((text) => text !== '');
  });
}

function textsOf(content: unknown): readonly string[] {
  if (typeof content === 'string') return [content];
  return listOf(content).map((part) => {
    const { text, refusal } = fieldsOf(part);
    return textOf(text) || textOf(refusal);
  });
}
