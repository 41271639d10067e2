import { invalid } from '../../kernel/index.ts';
import { type Fields, listOf, stringOf } from '../json/values.ts';
import type { FilePart, ImagePart, MediaSource, TextPart } from '../neutral/parts.ts';
import { readCache } from './cache-control.ts';
import { compact, objectIn } from './fields.ts';

/** Reads where an image or a PDF comes from. Throws `invalid_request` naming the field. */
function readSource(source: Fields, place: string): MediaSource {
  switch (source.type) {
    case 'base64':
      return {
        kind: 'data',
        data: needText(source.data, `${place}.data`),
        mediaType: needText(source.media_type, `${place}.media_type`),
      };
    case 'url':
      return { kind: 'url', url: needText(source.url, `${place}.url`) };
    case 'file':
      return {
        kind: 'file',
        id: needText(source.file_id, `${place}.file_id`),
        origin: 'messages',
      };
    default:
      throw invalid(`${place}.type`, `'${place}.type' is not a known kind of source.`);
  }
}

/** A string; throws `invalid_request` naming the field. */
export function needText(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  throw invalid(place, `'${place}' must be a string.`);
}

function needFields(value: unknown, place: string): Fields {
  const fields = objectIn(value);
  if (fields === undefined) throw invalid(place, `'${place}' must be an object.`);
  return fields;
}

/** Reads an `image` block. Throws `invalid_request` naming the field. */
export function readImage(block: Fields, place: string): ImagePart {
  const source = needFields(block.source, `${place}.source`);
  return { type: 'image', source: readSource(source, `${place}.source`), ...readCache(block) };
}

/** Text as a document; documents travel as data. */
function textSource(text: string): MediaSource {
  return { kind: 'data', data: Buffer.from(text).toString('base64'), mediaType: 'text/plain' };
}

/**
 * Reads a `document` block: the document, before it a text with what the client says about it, and
 * behind it the images of one that is given as a list of blocks.
 */
export function readDocument(block: Fields, place: string): (TextPart | ImagePart | FilePart)[] {
  const source = needFields(block.source, `${place}.source`);
  const context = stringOf(block.context) ?? '';
  const about: TextPart[] = context === '' ? [] : [{ type: 'text', text: context }];
  const common = compact({
    name: stringOf(block.title),
    wantsCitations: wantsCitations(block) || undefined,
  });
  const document: FilePart = {
    type: 'file',
    source: documentSource(source, place),
    ...common,
    ...readCache(block),
  };
  return [...about, document, ...imagesOf(source, place)];
}

function documentSource(source: Fields, place: string): MediaSource {
  if (source.type === 'text') {
    return textSource(needText(source.data, `${place}.source.data`));
  }
  if (source.type === 'content') return textSource(textOfContent(source.content));
  return readSource(source, `${place}.source`);
}

function imagesOf(source: Fields, place: string): ImagePart[] {
  if (source.type !== 'content') return [];
  const images: ImagePart[] = [];
  for (const [index, value] of listOf(source.content).entries()) {
    const block = objectIn(value);
    if (block?.type === 'image') {
      images.push(readImage(block, `${place}.source.content.${index}`));
    }
  }
  return images;
}

function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = listOf(content).map((block) => stringOf(objectIn(block)?.text) ?? '');
  return texts.filter((text) => text !== '').join('\n');
}

function wantsCitations(block: Fields): boolean {
  return objectIn(block.citations)?.enabled === true;
}

/**
 * Reads a `search_result` block: a document where citations of it are wanted, else a text with the
 * same title, source and content.
 */
export function readSearchResult(block: Fields): TextPart | FilePart {
  const title = stringOf(block.title) ?? '';
  const lines = [title, stringOf(block.source) ?? '', textOfContent(block.content)];
  const text = lines.filter((line) => line !== '').join('\n');
  if (!wantsCitations(block)) return { type: 'text', text, ...readCache(block) };
  return {
    type: 'file',
    source: textSource(text),
    name: title,
    wantsCitations: true,
    ...readCache(block),
  };
}

/** Pictures that the models of this wire see. */
const IMAGE_TYPES: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
]);

/** A block for an upstream, or why there is none. */
export type WrittenBlock = { readonly block: Fields } | { readonly reason: string };

const HTTP_URL = /^https?:\/\//i;

/** The `source` of an image or a PDF; `types` are the media types that may come as data. */
function writeSource(source: MediaSource, types: ReadonlySet<string>): WrittenBlock {
  switch (source.kind) {
    case 'url':
      return HTTP_URL.test(source.url)
        ? { block: { type: 'url', url: source.url } }
        : { reason: 'only http and https addresses can be fetched' };
    case 'file':
      return source.origin === 'messages'
        ? { block: { type: 'file', file_id: source.id } }
        : { reason: 'the id of a file means nothing to another provider' };
    case 'data': {
      const { data, mediaType } = source;
      return types.has(mediaType)
        ? { block: { type: 'base64', media_type: mediaType, data } }
        : { reason: `the media type ${mediaType} is not one of ${[...types].join(', ')}` };
    }
  }
}

/** An image block, or why there is none. */
export function writeImage({ source }: ImagePart): WrittenBlock {
  const written = writeSource(source, IMAGE_TYPES);
  return 'reason' in written ? written : { block: { type: 'image', source: written.block } };
}

const DOCUMENT_TYPES: ReadonlySet<string> = new Set(['application/pdf', 'text/plain']);

/** Types besides `text/…` that are text all the same. */
const TEXT_TYPES = /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|javascript|x-ndjson)(?:;|$))/;

/** A document block, or why there is none. */
export function writeDocument({ source, name, wantsCitations: cites }: FilePart): WrittenBlock {
  const written = writeDocumentSource(source);
  if ('reason' in written) return written;
  const block = {
    type: 'document',
    source: written.block,
    title: name,
    citations: cites === true ? { enabled: true } : undefined,
  };
  return { block: compact(block) };
}

function writeDocumentSource(source: MediaSource): WrittenBlock {
  if (source.kind !== 'data' || !TEXT_TYPES.test(source.mediaType)) {
    return writeSource(source, DOCUMENT_TYPES);
  }
  const data = Buffer.from(source.data, 'base64').toString('utf8');
  return { block: { type: 'text', media_type: 'text/plain', data } };
}
