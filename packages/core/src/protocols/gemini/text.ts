import { type Fields, fieldsOf, isFields, listOf, textOf } from '../json/values.ts';
import type { GeminiRequest } from './decode.ts';
import { field, objectField } from './fields.ts';

/**
 * What of a request a model reads as text, for counting it; the whole body where an upstream took what
 * is no JSON inside its strings.
 */
export function textOfGeminiRequest({ body }: GeminiRequest): string {
  const text = body.toString('utf8');
  try {
    return textOfFields(fieldsOf(JSON.parse(text)));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function textOfFields(body: Fields): string {
  const contents = [objectField(body, 'systemInstruction'), ...listOf(body.contents)];
  const texts = contents.flatMap((content) => {
    const { role, parts } = fieldsOf(content);
    return [textOf(role), ...listOf(parts).map(textOfPart)];
  });
  const { tools } = body;
  return [...texts, tools === undefined ? '' : JSON.stringify(tools)].join('\n');
}

const STRUCTURED = [
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
] as const;

function textOfPart(part: unknown): string {
  const fields = fieldsOf(part);
  if (typeof fields.text === 'string') return fields.text;
  const name = STRUCTURED.find((each) => isFields(field(fields, each)));
  if (name === undefined) return '';
  const { parts: _, ...structured } = objectField(fields, name);
  return JSON.stringify(structured);
}
