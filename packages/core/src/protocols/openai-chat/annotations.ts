import { type Fields, fieldsOf, listOf, numberOf, stringOf, textOf } from '../json/values.ts';
import type { Citation } from '../neutral/parts.ts';

/** Reads a `url_citation`; another kind of annotation keeps its own form. */
export function readAnnotation(annotation: unknown): Citation {
  const given = fieldsOf(annotation);
  if (given.type !== 'url_citation') {
    return { kind: 'document', raw: { origin: 'chat', value: annotation } };
  }
  const { url, title, content, start_index: start, end_index: end } = fieldsOf(given.url_citation);
  const quote = textOf(content);
  // Without a place OpenAI's schema has nothing but zeros.
  const hasPlace = numberOf(start) !== undefined && numberOf(end) !== 0;
  return {
    kind: textOf(url) === '' ? 'document' : 'url',
    ...(textOf(url) !== '' && { url: textOf(url) }),
    ...(textOf(title) !== '' && { title: textOf(title) }),
    ...(quote !== '' && { quote }),
    ...(hasPlace && { start: numberOf(start) ?? 0, end: numberOf(end) ?? 0 }),
  };
}

/**
 * A citation as a `url_citation`, the only annotation that clients of this wire know: a document has no
 * URL in it. `offset` is what of the message's text comes before the part that the citation is about.
 */
export function writeAnnotation(citation: Citation, offset: number): unknown {
  const { raw, url = '', title = '', quote, start, end } = citation;
  if (raw?.origin === 'chat') return raw.value;
  return {
    type: 'url_citation',
    url_citation: {
      url,
      title,
      start_index: start === undefined ? 0 : start + offset,
      end_index: end === undefined ? 0 : end + offset,
      ...(quote !== undefined && { content: quote }),
    },
  };
}

/** Sources that are told for an answer as a whole: `search_results` or `citations` of Perplexity. */
export function readSources(answer: Fields): readonly Citation[] {
  const results = listOf(answer.search_results).map(fieldsOf);
  if (results.length > 0) return results.map(({ url, title }) => readSource(url, title));
  return listOf(answer.citations)
    .filter((url) => typeof url === 'string')
    .map((url) => readSource(url, undefined));
}

function readSource(url: unknown, title: unknown): Citation {
  const name = stringOf(title);
  return { kind: 'url', url: textOf(url), ...(name !== undefined && { title: name }) };
}
