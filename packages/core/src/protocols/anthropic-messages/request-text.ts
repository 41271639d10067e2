import { type Fields, listOf, stringOf } from '../json/values.ts';
import type { MessagesRequest } from './decode.ts';
import { objectIn } from './fields.ts';

/**
 * The text that a model reads in a request: instructions, messages and tools, without the data of
 * media; the whole body where an upstream took what is no JSON inside its strings.
 */
export function textOfRequest({ body }: MessagesRequest): string {
  const text = body.toString('utf8');
  try {
    return textOfFields(objectIn(JSON.parse(text)) ?? {});
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function textOfFields({ system, messages, tools }: Fields): string {
  const texts = [...textsIn(system)];
  for (const value of listOf(messages)) {
    const message = objectIn(value) ?? {};
    texts.push(stringOf(message.role) ?? '', ...textsIn(message.content));
  }
  if (tools) texts.push(JSON.stringify(tools));
  return texts.join('\n');
}

/** The texts of a content: a string, a block or a list of blocks. */
function textsIn(content: unknown): readonly string[] {
  if (typeof content === 'string') return [content];
  if (Array.isArray(content)) return content.flatMap(textsIn);
  const block = objectIn(content);
  return block === undefined ? [] : textsOfBlock(block);
}

function textsOfBlock(block: Fields): readonly string[] {
  const { text, thinking, title, context, name, input, source, content } = block;
  const own = [text, thinking, title, context, name].filter((each) => typeof each === 'string');
  const document = objectIn(source);
  const inside = document?.type === 'text' ? [document.data] : [document?.content, content];
  const call = input === undefined ? [] : [JSON.stringify(input)];
  return [...own, ...call, ...inside.flatMap(textsIn)];
}
