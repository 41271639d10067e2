import { parsePricing, readDocument } from './override.ts';

type Document = Readonly<Record<string, unknown>>;

/**
 * An owner's PRICING after a write: text replaces the document, an object is merged section by
 * section and model by model, null removes a section or a model. Throws a 400 for what
 * `parsePricing` refuses; nothing of it is kept then.
 */
export function changePricing(
  stored: unknown,
  written: string | Document,
  ownerId: number,
): Document {
  const document = typeof written === 'string' ? readDocument(written) : merged(stored, written);
  parsePricing(document, ownerId);
  return document as Document;
}

function merged(stored: unknown, written: Document): Document {
  const sections = new Map<string, unknown>(entriesOf(stored));
  for (const [section, models] of Object.entries(written)) {
    if (models === null) sections.delete(section);
    else if (!isDocument(models)) sections.set(section, models);
    else sections.set(section, mergedSection(sections.get(section), models));
  }
  return Object.fromEntries(sections);
}

/** Names are the same in any case, so that a later spelling replaces an earlier one. */
function mergedSection(stored: unknown, written: Document): Document {
  const replaced = new Set(Object.keys(written).map((name) => name.toLowerCase()));
  const kept = entriesOf(stored).filter(([name]) => !replaced.has(name.toLowerCase()));
  const added = Object.entries(written).filter(([, delta]) => delta !== null);
  return Object.fromEntries([...kept, ...added]);
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entriesOf(value: unknown): [string, unknown][] {
  return isDocument(value) ? Object.entries(value) : [];
}
