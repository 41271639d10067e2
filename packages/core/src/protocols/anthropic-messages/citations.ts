import { type Fields, listOf, stringOf } from '../json/values.ts';
import type { Citation } from '../neutral/parts.ts';
import { wrapSeal } from '../neutral/seal.ts';
import { compact, objectIn } from './fields.ts';

/** Reads a citation; the wire's own form stays with it. Undefined when it is none. */
export function readCitation(value: unknown): Citation | undefined {
  const given = objectIn(value);
  if (given === undefined || typeof given.type !== 'string') return undefined;
  return compact({
    ...sourceOf(given),
    quote: stringOf(given.cited_text),
    raw: isForeignCitation(given) ? undefined : { origin: 'messages' as const, value },
  });
}

function sourceOf(given: Fields): Pick<Citation, 'kind'> & { url?: string; title?: string } {
  switch (given.type) {
    case 'web_search_result_location':
      return compact({ kind: 'url' as const, url: stringOf(given.url), title: titleIn(given) });
    case 'search_result_location':
      return compact({ kind: 'url' as const, url: stringOf(given.source), title: titleIn(given) });
    default:
      return compact({ kind: 'document' as const, title: stringOf(given.document_title) });
  }
}

function titleIn(given: Fields): string | undefined {
  return stringOf(given.title);
}

/** The citations of a text block; undefined when it has none. */
export function readCitations(value: unknown): readonly Citation[] | undefined {
  const citations = listOf(value)
    .map(readCitation)
    .filter((citation) => citation !== undefined);
  return citations.length === 0 ? undefined : citations;
}

/** Marks the citations that no upstream of this wire made; see `isForeignCitation`. */
const NOT_OURS = wrapSeal({ origin: 'chat', data: '' });

/** A citation in the form of this wire, which has a place in a document for what others cite. */
export function writeCitation({ kind, url, title, quote = '', raw }: Citation): unknown {
  if (raw?.origin === 'messages') return raw.value;
  if (kind === 'url') {
    return {
      type: 'web_search_result_location',
      cited_text: quote,
      encrypted_index: NOT_OURS,
      title: title ?? null,
      url: url ?? '',
    };
  }
  return {
    type: 'char_location',
    cited_text: quote,
    document_index: 0,
    document_title: title ?? null,
    start_char_index: 0,
    end_char_index: quote.length,
    file_id: NOT_OURS,
  };
}

/** Whether a citation in a request was written by us for an answer of another wire. */
export function isForeignCitation(value: unknown): boolean {
  const given = objectIn(value);
  return given?.encrypted_index === NOT_OURS || given?.file_id === NOT_OURS;
}
