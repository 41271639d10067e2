import type { RequestEdits } from '../dialect.ts';
import { applyEdits, type Edit } from '../json/edit.ts';
import { parseExact } from '../json/exact.ts';
import { type Fields, listOf } from '../json/values.ts';
import { isForeignSeal } from '../neutral/seal.ts';
import { isForeignCitation } from './citations.ts';
import type { MessagesRequest } from './decode.ts';
import { compact, objectIn } from './fields.ts';

/** The body for the upstream: the client's bytes with the named edits; the same buffer when none. */
export function editMessagesRequest(request: MessagesRequest, edits: RequestEdits): Buffer {
  const { body, scanned, model } = request;
  const list: Edit[] = [];
  const name = scanned.fields.get('model');
  if (edits.model !== model && name) {
    list.push({ ...name, bytes: Buffer.from(JSON.stringify(edits.model)) });
  }
  if (edits.outputBound) list.push(...boundEdit(request, edits.outputBound.tokens));
  if (FOREIGN_MARKS.some((mark) => body.includes(mark))) list.push(...foreignEdit(request));
  return applyEdits(body, list);
}

/** Clients of this wire always set a bound, but those that only count. */
function boundEdit({ scanned, isCount, maxOutputTokens }: MessagesRequest, tokens: number): Edit[] {
  if (isCount || maxOutputTokens !== undefined) return [];
  const given = scanned.fields.get('max_tokens');
  if (given) return [{ ...given, bytes: Buffer.from(String(tokens)) }];
  const { inside, isEmpty } = scanned;
  const field = `"max_tokens":${tokens}`;
  return [{ start: inside, end: inside, bytes: Buffer.from(isEmpty ? field : `${field},`) }];
}

/** What a request may have in it that answers of other wires left with the client. */
const FOREIGN_MARKS = ['"meridian:', '"signature":""', '"signature": ""'].map((mark) =>
  Buffer.from(mark),
);

/**
 * Takes out what an upstream of this wire did not make and would refuse: thoughts without a signature
 * of its own and citations in our own words, which answers of other upstreams left in the conversation.
 */
function foreignEdit({ body, scanned }: MessagesRequest): Edit[] {
  const span = scanned.fields.get('messages');
  if (!span) return [];
  const messages = listOf(parseExact(body.toString('utf8', span.start, span.end)));
  const kept = messages.flatMap(withoutForeign);
  const isSame = kept.length === messages.length && kept.every((each, i) => each === messages[i]);
  return isSame ? [] : [{ ...span, bytes: Buffer.from(JSON.stringify(kept)) }];
}

/** The message without foreign blocks: itself when it has none, nothing when it has no others. */
function withoutForeign(value: unknown): readonly unknown[] {
  const message = objectIn(value);
  if (message?.role !== 'assistant' || !Array.isArray(message.content)) return [value];
  const content = message.content.flatMap(withoutForeignBlock);
  const isSame = content.every((block, at) => block === listOf(message.content)[at]);
  if (isSame && content.length === message.content.length) return [value];
  return content.length === 0 ? [] : [{ ...message, content }];
}

function withoutForeignBlock(value: unknown): readonly unknown[] {
  const block = objectIn(value);
  switch (block?.type) {
    case 'thinking':
      return isForeign(block.signature) ? [] : [value];
    case 'redacted_thinking':
      return isForeign(block.data) ? [] : [value];
    case 'text':
      return [withoutForeignCitations(block)];
    default:
      return [value];
  }
}

function isForeign(seal: unknown): boolean {
  return seal === '' || (typeof seal === 'string' && isForeignSeal(seal, 'messages'));
}

function withoutForeignCitations(block: Fields): Fields {
  const citations = listOf(block.citations);
  if (!citations.some(isForeignCitation)) return block;
  const kept = citations.filter((citation) => !isForeignCitation(citation));
  return compact({ ...block, citations: kept.length === 0 ? undefined : kept });
}
