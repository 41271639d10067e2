import { invalid } from '../../kernel/index.ts';
import { type Fields, fieldsOf, isFields, stringOf, textOf } from '../json/values.ts';
import { sourceOfUrl } from '../neutral/data-url.ts';
import type { CacheBreakpoint, FilePart, ImagePart, Part, TextPart } from '../neutral/parts.ts';
import { audioType, sourceOfFile } from './media.ts';

/**
 * The parts of a message's `content`: a string, a list of parts, or nothing. A part of a kind that is
 * not known stays as it is. Throws `invalid_request` naming the part.
 */
export function readContent(content: unknown, path: string): Part[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) {
    throw invalid(path, `'${path}' must be a string or an array of content parts.`);
  }
  return content.flatMap((part: unknown, index) => {
    if (typeof part === 'string') return [{ type: 'text', text: part } as const];
    if (isFields(part)) return readPart(part);
    throw invalid(`${path}[${index}]`, `'${path}[${index}]' must be an object.`);
  });
}

function readPart(part: Fields): Part | readonly Part[] {
  switch (part.type) {
    case 'text':
    case 'input_text':
      return readText(part);
    case 'image_url':
      return readImage(part);
    case 'input_audio':
      return readAudio(part);
    case 'video_url':
      return { type: 'video', source: sourceOfUrl(urlIn(part.video_url)) };
    case 'file':
      return readFile(part);
    case 'refusal':
      return { type: 'refusal', text: textOf(part.refusal) };
    case 'thinking':
      return readThinking(part);
    default:
      return { type: 'opaque', origin: 'chat', value: part };
  }
}

/** The URL of a media part, which some clients give without the object around it. */
function urlIn(media: unknown): string {
  return textOf(media) || textOf(fieldsOf(media).url);
}

function readText(part: Fields): TextPart {
  return { type: 'text', text: textOf(part.text), ...readCache(part) };
}

/** An image out of a content part or out of the `images` of an answer. */
export function readImage(part: Fields): ImagePart {
  const detail = stringOf(fieldsOf(part.image_url).detail);
  return {
    type: 'image',
    source: sourceOfUrl(urlIn(part.image_url)),
    ...(detail !== undefined && { detail }),
    ...readCache(part),
  };
}

function readAudio(part: Fields): Part {
  const { data, format } = fieldsOf(part.input_audio);
  const text = textOf(data);
  const source = sourceOfUrl(text);
  if (/^(https?|data):/i.test(text)) return { type: 'audio', source };
  const mediaType = audioType(textOf(format) || 'wav');
  return { type: 'audio', source: { kind: 'data', data: text, mediaType } };
}

function readFile(part: Fields): FilePart {
  const { file_id: id, file_data: data, filename } = fieldsOf(part.file);
  const name = textOf(filename);
  return {
    type: 'file',
    source:
      textOf(id) === ''
        ? sourceOfFile(textOf(data))
        : { kind: 'file', id: textOf(id), origin: 'chat' },
    ...(name !== '' && { name }),
    ...readCache(part),
  };
}

/** Mistral's thoughts: a part with text parts of its own. */
function readThinking({ thinking }: Fields): readonly Part[] {
  const text = Array.isArray(thinking)
    ? thinking.map((piece) => textOf(fieldsOf(piece).text)).join('')
    : textOf(thinking);
  return text === '' ? [] : [{ type: 'reasoning', text }];
}

/** A breakpoint in Anthropic's convention (`cache_control`) or OpenAI's (`prompt_cache_breakpoint`). */
export function readCache(holder: Fields): { cache?: CacheBreakpoint } {
  const { type, ttl } = fieldsOf(holder.cache_control);
  if (type === 'ephemeral') return { cache: { ttl: ttl === '1h' ? '1h' : '5m' } };
  const { mode } = fieldsOf(holder.prompt_cache_breakpoint);
  return mode === 'explicit' ? { cache: { ttl: '5m' } } : {};
}
