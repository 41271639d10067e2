import { type Fields, fieldsOf, isFields, listOf, numberOf, stringOf } from '../json/values.ts';
import type { Citation } from '../neutral/parts.ts';
import { present } from './fields.ts';

/** Metadata of an answer that say where it comes from; they stay for clients of Gemini. */
const METADATA = ['groundingMetadata', 'citationMetadata', 'urlContextMetadata'] as const;

/** The metadata of an answer that are not empty; undefined where there are none. */
export function metadataOf(candidate: Fields): Fields | undefined {
  const kept = METADATA.flatMap((name) => {
    const value = candidate[name];
    return isFields(value) && Object.keys(value).length > 0 ? [[name, value] as const] : [];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Whether something opaque is metadata of an answer rather than a part of it. */
export function isMetadata(value: unknown): value is Fields {
  return isFields(value) && METADATA.some((name) => value[name] !== undefined);
}

/** A text of an answer and where it stands there. */
export interface PlacedText {
  readonly place: number;
  readonly text: string;
}

/** A citation and the text that it is about. */
export interface PlacedCitation {
  /** Undefined where it is about the answer as a whole. */
  readonly place?: number;
  readonly citation: Citation;
}

/** The citations that metadata tell, with their places among the texts of the answer. */
export function readCitations(
  metadata: Fields,
  texts: readonly PlacedText[],
): readonly PlacedCitation[] {
  const grounding = fieldsOf(metadata.groundingMetadata);
  const sources = listOf(grounding.groundingChunks).map(readSource);
  const used = new Set<number>();
  const supported = listOf(grounding.groundingSupports).flatMap((support) => {
    const { segment, groundingChunkIndices } = fieldsOf(support);
    const span = locate(fieldsOf(segment), texts);
    return listOf(groundingChunkIndices).flatMap((index) => {
      const source = typeof index === 'number' ? sources[index] : undefined;
      if (source === undefined) return [];
      used.add(index as number);
      return [placed(source, span)];
    });
  });
  const others = sources.flatMap((source, at) =>
    source === undefined || used.has(at) ? [] : [placed(source, undefined)],
  );
  return [...supported, ...others, ...readRecitations(metadata, texts)];
}

interface Span {
  readonly place: number;
  readonly start: number;
  readonly end: number;
}

function placed(citation: Citation, span: Span | undefined): PlacedCitation {
  if (span === undefined) return { citation };
  const { place, start, end } = span;
  return { place, citation: { ...citation, start, end } };
}

function readSource(chunk: unknown): Citation | undefined {
  const { web, maps, image, retrievedContext } = fieldsOf(chunk);
  if (isFields(retrievedContext)) {
    const { uri, title, text } = retrievedContext;
    return {
      kind: 'document',
      ...present({ url: stringOf(uri), title: stringOf(title), quote: stringOf(text) }),
    };
  }
  const place = [web, maps, image].find(isFields);
  if (place === undefined) return undefined;
  const url = stringOf(place.uri) ?? stringOf(place.sourceUri);
  return { kind: 'url', ...present({ url, title: stringOf(place.title) }) };
}

/** Passages that the model has from somewhere. */
function readRecitations(
  metadata: Fields,
  texts: readonly PlacedText[],
): readonly PlacedCitation[] {
  const { citations, citationSources } = fieldsOf(metadata.citationMetadata);
  return [...listOf(citations), ...listOf(citationSources)].map((each) => {
    const { uri, title } = fieldsOf(each);
    const citation: Citation = {
      kind: 'url',
      ...present({ url: stringOf(uri), title: stringOf(title) }),
    };
    return placed(citation, locate(fieldsOf(each), texts));
  });
}

/**
 * Where a segment lies: Google tells bytes within a part, or, in streams, within all text. Which one
 * it is shows in the text that the segment repeats.
 */
function locate(segment: Fields, texts: readonly PlacedText[]): Span | undefined {
  const from = numberOf(segment.startIndex) ?? 0;
  const to = numberOf(segment.endIndex);
  if (to === undefined || to <= from) return undefined;
  const quoted = stringOf(segment.text);
  const index = numberOf(segment.partIndex) ?? 0;
  const within = texts.filter(({ place }) => place === index);
  for (const group of [within, texts]) {
    const span = spanIn(group, from, to);
    if (span && (quoted === undefined || textAt(texts, span) === quoted)) return span;
  }
  return quoted === undefined ? undefined : search(quoted, texts);
}

/** Turns byte offsets into one of the texts, which follow each other, into characters. */
function spanIn(texts: readonly PlacedText[], from: number, to: number): Span | undefined {
  let before = 0;
  for (const { place, text } of texts) {
    const bytes = Buffer.from(text);
    if (from < before + bytes.length) {
      const start = charsIn(bytes, from - before);
      return { place, start, end: charsIn(bytes, to - before) };
    }
    before += bytes.length;
  }
  return undefined;
}

function charsIn(bytes: Buffer, length: number): number {
  return bytes.toString('utf8', 0, length).length;
}

function textAt(texts: readonly PlacedText[], { place, start, end }: Span): string | undefined {
  return texts.find((each) => each.place === place)?.text.slice(start, end);
}

function search(quoted: string, texts: readonly PlacedText[]): Span | undefined {
  for (const { place, text } of texts) {
    const start = quoted === '' ? -1 : text.indexOf(quoted);
    if (start >= 0) return { place, start, end: start + quoted.length };
  }
  return undefined;
}

/** Citations of other vendors' answers as grounding metadata. */
export function writeGrounding(
  citations: readonly PlacedCitation[],
  texts: readonly PlacedText[],
): Fields {
  const chunks: Fields[] = [];
  const supports: Fields[] = [];
  for (const { place, citation } of citations) {
    const index = indexOf(chunks, writeSource(citation));
    const text = texts.find((each) => each.place === place)?.text;
    const { start, end } = citation;
    if (text === undefined || start === undefined || end === undefined) continue;
    const bytesTo = (to: number): number => Buffer.byteLength(text.slice(0, to));
    const segment = {
      ...(place === 0 ? {} : { partIndex: place }),
      startIndex: bytesTo(start),
      endIndex: bytesTo(end),
      text: text.slice(start, end),
    };
    supports.push({ segment, groundingChunkIndices: [index] });
  }
  return {
    groundingChunks: chunks,
    ...(supports.length === 0 ? {} : { groundingSupports: supports }),
  };
}

/** A source that is told already has its index. */
function indexOf(chunks: Fields[], chunk: Fields): number {
  const printed = JSON.stringify(chunk);
  const known = chunks.findIndex((each) => JSON.stringify(each) === printed);
  return known >= 0 ? known : chunks.push(chunk) - 1;
}

function writeSource({ kind, url, title, quote }: Citation): Fields {
  const source = present({ uri: url, title });
  return kind === 'url'
    ? { web: source }
    : { retrievedContext: { ...source, ...present({ text: quote }) } };
}

/** The searches that grounding metadata tell. */
export function queriesOf(candidate: Fields): readonly string[] {
  const { webSearchQueries, imageSearchQueries } = fieldsOf(candidate.groundingMetadata);
  return [...listOf(webSearchQueries), ...listOf(imageSearchQueries)].flatMap((query) =>
    typeof query === 'string' && query.trim() !== '' ? [query] : [],
  );
}
