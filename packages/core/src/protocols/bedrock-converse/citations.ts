import { type Fields, fieldsOf, listOf, stringOf, textOf } from '../json/values.ts';
import type { Citation } from '../neutral/parts.ts';

/** A citation of a `citationsContent` block or of a `citation` delta. */
export function readCitation(wire: Fields): Citation {
  const web = fieldsOf(fieldsOf(wire.location).web);
  const url = stringOf(web.url) ?? webAddress(wire.source);
  const title = stringOf(wire.title);
  const quote = listOf(wire.sourceContent)
    .map((each) => textOf(fieldsOf(each).text))
    .join('');
  return {
    kind: url === undefined ? 'document' : 'url',
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(quote === '' ? {} : { quote }),
    raw: { origin: 'converse', value: wire },
  };
}

/** The source of a search result where it is an address; it may be any identifier. */
function webAddress(source: unknown): string | undefined {
  const text = stringOf(source);
  return text !== undefined && /^https?:\/\//.test(text) ? text : undefined;
}
