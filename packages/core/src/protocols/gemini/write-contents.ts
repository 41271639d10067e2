import type { Fields } from '../json/values.ts';
import type { Message, Part, TextPart, ToolResultPart } from '../neutral/parts.ts';
import type { Draft } from './draft.ts';
import { present } from './fields.ts';
import { isGemmaModel } from './model.ts';
import { sealForUpstream, UNSIGNED } from './seals.ts';
import { sourceProblem, writeNamedMedia } from './write-media.ts';
import {
  type PartStyle,
  responseOf,
  writeCall,
  writeImage,
  writeOpaque,
  writeText,
} from './write-parts.ts';

interface Content {
  readonly role: 'user' | 'model';
  readonly parts: readonly Fields[];
}

/** The messages of a request in Google's words. */
interface WrittenContents {
  readonly systemInstruction?: { readonly parts: readonly Fields[] };
  readonly contents: readonly Content[];
}

/** Where a part stands in the neutral request, for what is lost of it. */
interface Place {
  readonly message: number;
  readonly part: number;
}

interface Writing {
  readonly draft: Draft;
  readonly style: PartStyle;
}

/**
 * Writes the messages. There is one instruction, in front: those that stand further behind are moved
 * there. Turns alternate, so that messages in a row of one side become one.
 */
export function writeContents(messages: readonly Message[], draft: Draft): WrittenContents {
  const style = { seal: sealForUpstream, hasCallIds: draft.target.isVertex !== true };
  const writing = { draft, style };
  const instructions: Fields[] = [];
  const turns: { role: Content['role']; parts: Fields[] }[] = [];
  for (const [message, { role, parts }] of messages.entries()) {
    const written = parts.flatMap((part, at) =>
      role === 'system'
        ? writeInstruction(part, { message, part: at }, writing)
        : writePart(part, { message, part: at }, writing),
    );
    if (role === 'system') instructions.push(...written);
    else if (written.length > 0) addTurn(turns, role === 'user' ? 'user' : 'model', written);
  }
  // Something has to be said by the user, and Gemma has no other place for instructions.
  const isGemma = isGemmaModel(draft.target);
  if (turns.length === 0 || (isGemma && instructions.length > 0)) {
    const said = turns[0]?.role === 'user' ? turns.shift() : undefined;
    turns.unshift({ role: 'user', parts: [...instructions.splice(0), ...(said?.parts ?? [])] });
  }
  const contents = turns.map(({ role, parts }) => ({
    role,
    parts: role === 'user' ? resultsFirst(parts) : withStandIn(parts, draft),
  }));
  if (instructions.length === 0) return { contents };
  return { systemInstruction: { parts: instructions }, contents };
}

function addTurn(
  turns: { role: Content['role']; parts: Fields[] }[],
  role: Content['role'],
  parts: readonly Fields[],
): void {
  const last = turns.at(-1);
  if (last?.role === role) last.parts.push(...parts);
  else turns.push({ role, parts: [...parts] });
}

/** The results of calls have to follow them at once. */
function resultsFirst(parts: readonly Fields[]): readonly Fields[] {
  const isResult = (part: Fields): boolean => part.functionResponse !== undefined;
  return [...parts.filter(isResult), ...parts.filter((part) => !isResult(part))];
}

const SIGNED_SINCE = 3;

/** In each step the first call has to be signed; see `UNSIGNED`. */
function withStandIn(parts: readonly Fields[], { generation }: Draft): readonly Fields[] {
  const first = parts.findIndex((part) => part.functionCall !== undefined);
  const call = parts[first];
  if (generation < SIGNED_SINCE || !call || call.thoughtSignature !== undefined) return parts;
  return parts.with(first, { ...call, thoughtSignature: UNSIGNED });
}

function lost({ draft }: Writing, place: Place, reason: string): readonly Fields[] {
  draft.losses.push({ ...place, reason });
  return [];
}

function writeInstruction(part: Part, place: Place, writing: Writing): readonly Fields[] {
  if (part.type === 'text') return listed(writeText(part, writing.style));
  return lost(writing, place, 'instructions to Gemini are text only');
}

function listed(part: Fields | undefined): readonly Fields[] {
  return part === undefined ? [] : [part];
}

function writePart(part: Part, place: Place, writing: Writing): readonly Fields[] {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return listed(writeText(part, writing.style));
    case 'toolCall':
      return [writeCall(part, writing.style)];
    case 'toolResult':
      return writeResult(part, place, writing);
    case 'opaque': {
      const own = writeOpaque(part);
      return own ? [own] : lost(writing, place, `only the '${part.origin}' API understands it`);
    }
    default:
      return writeMediaPart(part, place, writing);
  }
}

type MediaPart = Extract<Part, { type: 'image' | 'audio' | 'video' | 'file' }>;

function writeMediaPart(part: MediaPart, place: Place, writing: Writing): readonly Fields[] {
  // What the model said earlier is known by its words where the sound is kept elsewhere.
  if (part.type === 'audio' && part.transcript !== undefined && part.source.kind !== 'data') {
    return listed(writeText({ type: 'text', text: part.transcript }, writing.style));
  }
  const problem = sourceProblem(part.source, part.type, writing.draft);
  if (problem !== undefined) return lost(writing, place, problem);
  if (part.type === 'file' && part.wantsCitations === true) {
    lost(writing, place, 'Gemini does not cite documents that are part of the prompt');
  }
  return [
    part.type === 'image' ? writeImage(part, writing.style) : writeNamedMedia(part, writing.draft),
  ];
}

/** The first generation that takes media inside of a result; before, they stand behind it. */
const MEDIA_RESULTS_SINCE = 3;

function writeResult(part: ToolResultPart, place: Place, writing: Writing): readonly Fields[] {
  const { draft, style } = writing;
  const texts = part.content.filter((each): each is TextPart => each.type === 'text');
  const text = texts.length === 0 ? undefined : texts.map((each) => each.text).join('\n');
  const inside: Fields[] = [];
  const behind: Fields[] = [];
  for (const media of part.content) {
    if (media.type === 'text') continue;
    const problem = sourceProblem(media.source, media.type, draft);
    if (problem !== undefined) {
      lost(writing, place, problem);
      continue;
    }
    const isInside = draft.generation >= MEDIA_RESULTS_SINCE && media.source.kind === 'data';
    (isInside ? inside : behind).push(writeNamedMedia(media, draft));
  }
  const functionResponse = {
    ...(style.hasCallIds ? { id: part.callId } : {}),
    name: part.name,
    response: responseOf(text, part.isError === true),
    ...present({ parts: inside.length === 0 ? undefined : inside }),
  };
  return [{ functionResponse }, ...behind];
}
