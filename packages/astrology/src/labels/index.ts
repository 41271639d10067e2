import { readFileSync } from 'node:fs';

/** Languages that have labels: keys of data files, ISO 639-1. */
export const LANGUAGES = [
  'en',
  'hi',
  'ta',
  'te',
  'kn',
  'ml',
  'mr',
  'gu',
  'bn',
  'pa',
  'or',
  'sa',
  'ne',
] as const;
/** Key of a language. */
export type Language = (typeof LANGUAGES)[number];

/** What is named: each kind has the stable English keys of the same list in the Vedic part. */
export type LabelKind =
  | 'signs'
  | 'grahas'
  | 'nakshatras'
  | 'tithis'
  | 'yogas'
  | 'karanas'
  | 'varas'
  | 'masas'
  | 'pakshas';

/** The labels of one language by kind and key. */
export type LabelSet = Readonly<Record<LabelKind, Readonly<Record<string, string>>>> & {
  readonly language: Language;
  /** The language's own name. */
  readonly name: string;
};

/** Whether there are labels in a language. */
export function isLanguage(text: string): text is Language {
  return (LANGUAGES as readonly string[]).includes(text);
}

/** Reads labels; each language's file is read when it is first asked for. */
export interface Labels {
  /** All labels of a language. Throws a RangeError for an unknown one. */
  of(language: string): LabelSet;
  /** The name of a key; the key itself where there is none. Throws a RangeError for an unknown language. */
  name(kind: LabelKind, key: string, language: string): string;
}

/** Labels of the data files beside this one. */
export function createLabels(): Labels {
  const read = new Map<Language, LabelSet>();
  const of = (language: string): LabelSet => {
    if (!isLanguage(language))
      throw new RangeError(`language must be one of ${LANGUAGES.join(', ')}.`);
    const known = read.get(language);
    if (known) return known;
    const text = readFileSync(new URL(`./data/${language}.json`, import.meta.url), 'utf8');
    const labels: LabelSet = JSON.parse(text);
    read.set(language, labels);
    return labels;
  };
  return { of, name: (kind, key, language) => of(language)[kind][key] ?? key };
}
