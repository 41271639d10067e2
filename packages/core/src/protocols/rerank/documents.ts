import { fieldsOf, isFields, stringOf } from '../json/values.ts';

/**
 * Whether a document is an image. Clients give texts, objects with a `text` or fields of their own,
 * and images.
 */
export function isImage(document: unknown): boolean {
  return isFields(document) && document.text === undefined && document.image !== undefined;
}

/** A document as text: its fields of these names, else its `text` where that is all, else all of it. */
export function textOfDocument(document: unknown, rankFields?: readonly string[]): string {
  if (!isFields(document)) return stringOf(document) ?? '';
  if (rankFields !== undefined) {
    const ranked = rankFields.filter((name) => document[name] !== undefined);
    return ranked.map((name) => `${name}: ${asText(document[name])}`).join('\n');
  }
  const { text, ...others } = document;
  const isAll = typeof text === 'string' && Object.keys(others).length === 0;
  return isAll ? text : JSON.stringify(document);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The text of a query; undefined where it is more than that. */
export function textOfQuery(query: unknown): string | undefined {
  return stringOf(query) ?? stringOf(fieldsOf(query).text);
}
