import { parseExact } from '../json/exact.ts';
import { type Fields, isFields } from '../json/values.ts';
import type {
  ImagePart,
  MediaSource,
  OpaquePart,
  ReasoningPart,
  RefusalPart,
  Seal,
  TextPart,
  ToolCallPart,
} from '../neutral/parts.ts';
import { present } from './fields.ts';
import { typeOfUrl } from './media-types.ts';

/** How parts are written for one side. */
export interface PartStyle {
  seal(seal: Seal | undefined): string | undefined;
  /** Whether calls carry ids: the older API of Vertex AI refuses them. */
  readonly hasCallIds: boolean;
}

function signed(part: Fields, seal: Seal | undefined, style: PartStyle): Fields {
  return { ...part, ...present({ thoughtSignature: style.seal(seal) }) };
}

/** Text, thoughts and refusals; undefined for an empty part, which Google refuses. */
export function writeText(
  part: TextPart | ReasoningPart | RefusalPart,
  style: PartStyle,
): Fields | undefined {
  const seal = part.type === 'refusal' ? undefined : style.seal(part.seal);
  if (part.text === '' && seal === undefined) return undefined;
  return {
    text: part.text,
    ...(part.type === 'reasoning' && { thought: true }),
    ...present({ thoughtSignature: seal }),
  };
}

/** The JSON value of a text; undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return parseExact(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Arguments as an object; what is no JSON object (a custom tool's text, a botched call) goes inside one. */
function argumentsOf(text: string): Fields {
  if (text.trim() === '') return {};
  const value = parsed(text);
  return isFields(value) ? value : { input: text };
}

/** A call of a tool. */
export function writeCall(part: ToolCallPart, style: PartStyle): Fields {
  const id = style.hasCallIds ? { id: part.id } : {};
  const functionCall = { ...id, name: part.name, args: argumentsOf(part.arguments) };
  return signed({ functionCall }, part.seal, style);
}

/** Media that are in the part itself or at a place that Google reads. */
export function writeSource(source: MediaSource, fallbackType: string): Fields {
  if (source.kind === 'data') {
    return { inlineData: { mimeType: source.mediaType || fallbackType, data: source.data } };
  }
  const fileUri = source.kind === 'url' ? source.url : source.id;
  const mimeType = source.mediaType ?? typeOfUrl(fileUri) ?? fallbackType;
  return { fileData: { mimeType, fileUri } };
}

/** An image with its seal. */
export function writeImage(part: ImagePart, style: PartStyle): Fields {
  return signed(writeSource(part.source, 'image/jpeg'), part.seal, style);
}

/** What Gemini itself said in its own words; undefined for other vendors'. */
export function writeOpaque(part: OpaquePart): Fields | undefined {
  return part.origin === 'gemini' && isFields(part.value) ? part.value : undefined;
}

const RESERVED: ReadonlySet<string> = new Set(['output', 'error']);

/** Whether an object would be read as something else than all of what a function gave. */
function isReserved(object: Fields): boolean {
  const [only, ...others] = Object.keys(object);
  return only !== undefined && others.length === 0 && RESERVED.has(only);
}

/** What a function gave, as an object: its own where it is one, else under Google's keys. */
export function responseOf(text: string | undefined, isError: boolean): Fields {
  if (text === undefined) return {};
  if (isError) return { error: text };
  const value = parsed(text);
  const isWhole = isFields(value) && !isReserved(value) && JSON.stringify(value) === text;
  return isWhole ? value : { output: text };
}
