import { isFields } from '../json/values.ts';
import type {
  FilePart,
  ImagePart,
  Message,
  Part,
  TextPart,
  ToolResultPart,
} from '../neutral/parts.ts';
import { callId } from './call-ids.ts';
import type { DocumentNames } from './documents.ts';
import type { ModelFacts } from './families.ts';
import type { LossList, Place } from './losses.ts';
import {
  AUDIO_FORMATS,
  DOCUMENT_FORMATS,
  type Formats,
  IMAGE_FORMATS,
  VIDEO_FORMATS,
  writeSource,
} from './media.ts';
import { writeReasoning } from './reasoning.ts';
import { writeToolCall } from './tool-calls.ts';
import type { ContentBlock, MediaBlock } from './wire.ts';

/** What the blocks of one request share. */
export interface Writing {
  readonly facts: ModelFacts;
  readonly losses: LossList;
  readonly names: DocumentNames;
}

/** Bedrock refuses results without content. */
const EMPTY_RESULT = '(empty)';

/** The blocks of a message, each with its cache point behind it. */
export function writeParts(message: Message, index: number, writing: Writing): ContentBlock[] {
  const blocks: ContentBlock[] = [];
  for (const [at, part] of message.parts.entries()) {
    const place = { message: index, part: at };
    const block = writePart(part, { role: message.role, place, writing });
    if (block) blocks.push(block);
    addCachePoint(blocks, part, writing.facts);
  }
  return blocks;
}

interface PartContext {
  readonly role: Message['role'];
  readonly place: Place;
  readonly writing: Writing;
}

function writePart(part: Part, context: PartContext): ContentBlock | undefined {
  const { role, place, writing } = context;
  const isText = part.type === 'text' || part.type === 'opaque' || part.type === 'refusal';
  if (role === 'system' && !isText) {
    writing.losses.part(place, 'Bedrock takes only text as an instruction');
    return undefined;
  }
  switch (part.type) {
    case 'text':
      return writeText(part, role);
    case 'refusal':
      return plainText(part.text);
    case 'reasoning':
      return writeReasoning(part);
    case 'toolCall':
      return writeToolCall(part, context);
    case 'toolResult':
      return writeResult(part, context);
    case 'opaque':
      if (part.origin === 'converse' && isFields(part.value)) return part.value;
      writing.losses.part(place, 'it means something to another API only');
      return undefined;
    case 'audio':
      if (part.transcript !== undefined) return plainText(part.transcript);
      return writeMedia(part, context);
    case 'image':
    case 'video':
    case 'file':
      return writeMedia(part, context);
  }
}

function plainText(text: string): ContentBlock | undefined {
  // Bedrock refuses blank texts.
  return text.trim() === '' ? undefined : { text };
}

function writeText({ text, citations }: TextPart, role: Message['role']): ContentBlock | undefined {
  const own = (citations ?? []).filter(({ raw }) => raw?.origin === 'converse');
  if (role !== 'assistant' || own.length === 0 || text.trim() === '') return plainText(text);
  return {
    citationsContent: { content: [{ text }], citations: own.map(({ raw }) => raw?.value) },
  };
}

type MediaPart = Extract<Part, { type: 'image' | 'audio' | 'video' | 'file' }>;

const FORMATS: Readonly<Record<MediaPart['type'], Formats>> = {
  image: IMAGE_FORMATS,
  audio: AUDIO_FORMATS,
  video: VIDEO_FORMATS,
  file: DOCUMENT_FORMATS,
};

function writeMedia(part: MediaPart, context: PartContext): MediaBlock | undefined {
  const { losses, names } = context.writing;
  if (context.role === 'assistant') {
    losses.part(context.place, 'Bedrock takes media from users only');
    return undefined;
  }
  const type = part.type === 'file' ? kindOf(part) : part.type;
  const written = writeSource(part.source, FORMATS[type]);
  if ('reason' in written) {
    losses.part(context.place, written.reason);
    return undefined;
  }
  if (type === 'image') return { image: written };
  if (type === 'video') return { video: written };
  if (type === 'audio') return { audio: written };
  const { name, wantsCitations } = part as FilePart;
  return {
    document: {
      ...written,
      name: names.nameFor(name),
      ...(wantsCitations ? { citations: { enabled: true } } : {}),
    },
  };
}

/** A file may be an image or a recording, which Bedrock has blocks of their own for. */
function kindOf({ source }: FilePart): MediaPart['type'] {
  const [kind] = source.kind === 'data' ? source.mediaType.split('/') : [];
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file';
}

function writeResult(part: ToolResultPart, context: PartContext): ContentBlock {
  const { facts } = context.writing;
  const content = part.content
    .map((each) => writeResultPart(each, context))
    .filter((block) => block !== undefined);
  return {
    toolResult: {
      toolUseId: callId(part.callId, facts.family),
      content: content.length === 0 ? [{ text: EMPTY_RESULT }] : content,
      ...(part.isError && facts.takesStatus ? { status: 'error' } : {}),
    },
  };
}

function writeResultPart(
  part: TextPart | ImagePart | FilePart,
  context: PartContext,
): { readonly text: string } | MediaBlock | undefined {
  if (part.type !== 'text') return writeMedia(part, { ...context, role: 'user' });
  return part.text.trim() === '' ? undefined : { text: part.text };
}

/** A cache point closes what stands before it, so that it is never the first of a message. */
function addCachePoint(blocks: ContentBlock[], part: Part, facts: ModelFacts): void {
  const cache = 'cache' in part ? part.cache : undefined;
  if (cache === undefined || facts.cachePoints === undefined || blocks.length === 0) return;
  blocks.push(cachePoint(cache.ttl, facts));
}

/** A cache point; the usual five minutes are not named. */
export function cachePoint(ttl: '5m' | '1h', facts: ModelFacts) {
  const isLong = ttl === '1h' && facts.cachesForHours;
  return { cachePoint: { type: 'default', ...(isLong ? { ttl: '1h' } : {}) } } as const;
}
