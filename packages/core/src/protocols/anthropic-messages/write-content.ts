import type { Fields } from '../json/values.ts';
import type { Message, Part, ReasoningPart, TextPart, ToolResultPart } from '../neutral/parts.ts';
import type { Loss } from '../neutral/request.ts';
import { writeCache } from './cache-control.ts';
import { compact, objectIn } from './fields.ts';
import { type WrittenBlock, writeDocument, writeImage } from './media.ts';
import { isRedacted } from './seals.ts';
import { type CallIds, writeInput } from './tool-calls.ts';

/** What writing the parts of a request needs and gathers. */
export interface ContentContext {
  readonly losses: Loss[];
  readonly callIds: CallIds;
}

/** A message of the request and where it stands, for naming what is lost of it. */
export interface PlacedMessage {
  readonly message: Message;
  readonly index: number;
}

/** The blocks of a message; parts that cannot be written are among the losses. */
export function writeParts({ message, index }: PlacedMessage, context: ContentContext): Fields[] {
  const blocks: Fields[] = [];
  for (const [part, each] of message.parts.entries()) {
    for (const written of writePart(each, message.role, context)) {
      if ('block' in written) blocks.push(written.block);
      else context.losses.push({ message: index, part, reason: written.reason });
    }
  }
  return blocks;
}

const NOTHING: readonly WrittenBlock[] = [];

function writePart(
  part: Part,
  role: Message['role'],
  context: ContentContext,
): readonly WrittenBlock[] {
  switch (part.type) {
    case 'text':
      return writeText(part, role === 'assistant');
    case 'image':
      return [role === 'user' ? cached(writeImage(part), part) : USER_ONLY];
    case 'file':
      return [role === 'user' ? cached(writeDocument(part), part) : USER_ONLY];
    case 'toolCall': {
      const { id, name, arguments: text, isCustom, cache } = part;
      const input = writeInput(text, isCustom);
      const call = { type: 'tool_use', id: context.callIds.of(id), name, input };
      return [{ block: { ...call, ...writeCache(cache) } }];
    }
    case 'toolResult':
      return writeToolResult(part, context);
    case 'reasoning':
      return writeReasoning(part);
    case 'refusal':
      return writeText({ type: 'text', text: part.text }, false);
    case 'audio':
      return part.transcript === undefined
        ? [{ reason: 'audio cannot be sent to this model' }]
        : writeText({ type: 'text', text: part.transcript }, false);
    case 'video':
      return [{ reason: 'video cannot be sent to this model' }];
    case 'opaque':
      return [writeOpaque(part.origin === 'messages' ? objectIn(part.value) : undefined)];
  }
}

const USER_ONLY: WrittenBlock = { reason: 'only user messages can hold images and documents' };

function writeOpaque(block: Fields | undefined): WrittenBlock {
  return block ? { block } : { reason: 'it means something to another provider only' };
}

function cached(written: WrittenBlock, { cache }: Pick<TextPart, 'cache'>): WrittenBlock {
  if ('reason' in written) return written;
  return { block: { ...written.block, ...writeCache(cache) } };
}

/** Blocks of nothing but white space are refused, and say nothing. */
function writeText(part: TextPart, isCited: boolean): readonly WrittenBlock[] {
  if (part.text.trim() === '') return NOTHING;
  const raw = isCited ? (part.citations ?? []).map((citation) => citation.raw) : [];
  const own = raw.flatMap((each) => (each?.origin === 'messages' ? [each.value] : []));
  const citations = own.length === 0 ? undefined : own;
  const block = { type: 'text', text: part.text, citations, ...writeCache(part.cache) };
  return [{ block: compact(block) }];
}

/** Thoughts are taken back only with the seal of this wire; models do not read those of others. */
function writeReasoning({ text, seal }: ReasoningPart): readonly WrittenBlock[] {
  if (seal?.origin !== 'messages') return NOTHING;
  const { data } = seal;
  const block = isRedacted(seal)
    ? { type: 'redacted_thinking', data }
    : { type: 'thinking', thinking: text, signature: data };
  return [{ block }];
}

function writeToolResult(part: ToolResultPart, context: ContentContext): readonly WrittenBlock[] {
  const written = part.content.flatMap((each) => writePart(each, 'user', context));
  const blocks = written.flatMap((each) => ('block' in each ? [each.block] : []));
  const block = {
    type: 'tool_result',
    tool_use_id: context.callIds.of(part.callId),
    content: resultContent(blocks, part.isError === true),
    is_error: part.isError === true || undefined,
    ...writeCache(part.cache),
  };
  return [{ block: compact(block) }, ...written.filter((each) => 'reason' in each)];
}

/** A failed call must say something. */
function resultContent(blocks: readonly Fields[], isError: boolean): unknown {
  if (blocks.length === 0) return isError ? 'error' : undefined;
  return contentOf(blocks);
}

/** A single plain text is written as a string. */
export function contentOf(blocks: readonly Fields[]): unknown {
  const [block] = blocks;
  const isPlain = blocks.length === 1 && block && Object.keys(block).length === 2;
  return isPlain && block.type === 'text' ? block.text : blocks;
}
