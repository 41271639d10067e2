import { invalid } from '../../kernel/index.ts';
import { type Fields, isFields } from '../json/values.ts';
import type { Message, Part } from '../neutral/parts.ts';
import { CallIds } from './call-ids.ts';
import { field } from './fields.ts';
import { readPart } from './read-parts.ts';

const ROLES: ReadonlyMap<unknown, 'user' | 'assistant'> = new Map([
  [undefined, 'user'],
  ['user', 'user'],
  ['model', 'assistant'],
  // Where function results were put before they became parts of the user's turn.
  ['function', 'user'],
  ['tool', 'user'],
]);

/** The messages of a request, its instruction first. Throws `invalid_request` naming the field. */
export function readMessages(body: Fields): readonly Message[] {
  const ids = new CallIds();
  return [...readInstruction(body, ids), ...readContents(body.contents, ids)];
}

function readInstruction(body: Fields, ids: CallIds): readonly Message[] {
  const instruction = field(body, 'systemInstruction');
  if (instruction === undefined) return [];
  if (!isFields(instruction)) {
    throw invalid('systemInstruction', "'systemInstruction' must be a Content object.");
  }
  const parts = readParts(instruction, 'systemInstruction', ids);
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

function readContents(contents: unknown, ids: CallIds): readonly Message[] {
  if (!Array.isArray(contents)) throw invalid('contents', "'contents' must be an array.");
  const messages: { role: Message['role']; parts: Part[] }[] = [];
  for (const [at, content] of contents.entries()) {
    const place = `contents[${at}]`;
    if (!isFields(content)) throw invalid(place, `'${place}' must be an object.`);
    const role = ROLES.get(content.role ?? undefined);
    if (role === undefined) {
      throw invalid(`${place}.role`, `'${place}.role' must be 'user' or 'model'.`);
    }
    const parts = readParts(content, place, ids);
    const last = messages.at(-1);
    if (role === 'user') messages.push({ role, parts: [...parts] });
    else if (last?.role === role) for (const part of parts) addChunk(last.parts, part);
    else messages.push({ role, parts: parts.reduce(addChunk, []) });
  }
  const said = messages.filter(({ parts }) => parts.length > 0);
  if (said.length === 0) throw invalid('contents', "'contents' must not be empty.");
  return said;
}

function readParts(content: Fields, place: string, ids: CallIds): readonly Part[] {
  const parts = content.parts ?? [];
  const given: unknown[] = Array.isArray(parts) ? parts : [parts];
  const read = given.map((part, at) => {
    const name = `${place}.parts[${at}]`;
    if (!isFields(part)) throw invalid(name, `'${name}' must be an object.`);
    return readPart(part, ids);
  });
  // The last chunk of a stream has empty text, and clients keep it; other vendors refuse it.
  return read.filter((part) => part.type !== 'text' || part.text !== '' || part.seal);
}

/**
 * Clients that stream keep every chunk of what the model said or thought, as a part or even as a turn
 * of its own, the signature in the last; other vendors want back what they signed in one piece.
 */
function addChunk(parts: Part[], part: Part): Part[] {
  const last = parts.at(-1);
  const isText = part.type === 'text' || part.type === 'reasoning';
  if (isText && last?.type === part.type && last.seal === undefined) {
    parts[parts.length - 1] = { ...part, text: last.text + part.text };
  } else {
    parts.push(part);
  }
  return parts;
}
