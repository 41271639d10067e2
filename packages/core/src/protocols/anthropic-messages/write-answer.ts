import type { Choice, NeutralAnswer } from '../neutral/answer.ts';
import type { ImagePart, Part, Seal } from '../neutral/parts.ts';
import type { ShownAs } from '../wire.ts';
import { writeCitation } from './citations.ts';
import { compact } from './fields.ts';
import { carrierOf, isRedacted, writeSignature } from './seals.ts';
import { writeEnding } from './stop-reasons.ts';
import { writeInput } from './tool-calls.ts';
import { writeMessagesUsage } from './usage.ts';

const NO_CHOICE: Choice = { index: 0, parts: [], stop: 'end' };

/** Writes a whole answer for clients of this wire, which get the first of several. */
export function writeAnswer(answer: NeutralAnswer, shown: ShownAs): Buffer {
  const { parts, stop, stopSequence } = answer.choices[0] ?? NO_CHOICE;
  const refusal = parts.find((part) => part.type === 'refusal')?.text;
  const message = {
    ...messageHead(answer.id, shown),
    content: parts.flatMap((part, index) => writePart(part, { index, ...shown })),
    ...writeEnding({ stop, stopSequence, refusal }),
    usage: writeMessagesUsage(answer.usage, answer.serviceTier),
  };
  return Buffer.from(JSON.stringify(message));
}

/** The fields with which every answer begins. */
export function messageHead(id: string, { model, requestId }: ShownAs): object {
  return { id: id === '' ? `msg_${requestId}` : id, type: 'message', role: 'assistant', model };
}

/** The id of a call; made up from its place where the upstream gave none. */
export function callIdOf(id: string, requestId: string, index: number): string {
  return id === '' ? `toolu_${requestId}_${index}` : id;
}

type Place = Pick<ShownAs, 'requestId'> & { readonly index: number };

function writePart(part: Part, place: Place): readonly object[] {
  switch (part.type) {
    case 'text': {
      const { text, citations, seal } = part;
      const block = compact({ type: 'text', text, citations: citations?.map(writeCitation) });
      return [block, ...carriers(seal)];
    }
    case 'refusal':
      return [{ type: 'text', text: part.text }];
    case 'reasoning':
      return [writeThoughts(part.text, part.seal)];
    case 'toolCall': {
      const id = callIdOf(part.id, place.requestId, place.index);
      const input = writeInput(part.arguments, part.isCustom);
      return [{ type: 'tool_use', id, name: part.name, input }, ...carriers(part.seal, id)];
    }
    case 'image':
      return [{ type: 'text', text: pictureLink(part) }, ...carriers(part.seal)];
    case 'audio':
      return part.transcript === undefined ? [] : [{ type: 'text', text: part.transcript }];
    case 'opaque':
      return part.origin === 'messages' ? [part.value as object] : [];
    default:
      return [];
  }
}

function carriers(seal: Seal | undefined, callId?: string): readonly object[] {
  return seal === undefined ? [] : [carrierOf(seal, callId)];
}

function writeThoughts(text: string, seal: Seal | undefined): object {
  if (seal && isRedacted(seal)) return { type: 'redacted_thinking', data: seal.data };
  const signature = seal === undefined ? '' : writeSignature(seal);
  return { type: 'thinking', thinking: text, signature };
}

/** This wire has no pictures in answers; Markdown keeps what was drawn. */
function pictureLink({ source }: ImagePart): string {
  if (source.kind === 'file') return `![image](${source.id})`;
  if (source.kind === 'url') return `![image](${source.url})`;
  return `${pictureStart(source.mediaType)}${source.data}${PICTURE_END}`;
}

/** What stands before the data of a picture in an answer. */
export function pictureStart(mediaType: string): string {
  return `![image](data:${mediaType};base64,`;
}

/** What stands behind the data of a picture in an answer. */
export const PICTURE_END = ')';
