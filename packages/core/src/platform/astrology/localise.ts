import { labels } from '@meridian/astrology';
import { Failure } from '../../kernel/index.ts';
import { titleOf } from './wording.ts';

type Fields = Record<string, unknown>;

/** Fields that hold a name beside the field with its key. */
const NAMED_BY_KEY: readonly (readonly [field: string, key: string, kind: labels.LabelKind])[] = [
  ['sign', 'sign_key', 'signs'],
  ['nakshatra', 'nakshatra_key', 'nakshatras'],
  ['vara', 'vara_key', 'varas'],
];

/** Where a thing with `key` and `name` stands, and what kind of thing it is there. */
const KIND_OF_FIELD: Readonly<Record<string, labels.LabelKind>> = {
  planets: 'grahas',
  tithi: 'tithis',
  tithis: 'tithis',
  nakshatra: 'nakshatras',
  nakshatras: 'nakshatras',
  yoga: 'yogas',
  yogas: 'yogas',
  karana: 'karanas',
  karanas: 'karanas',
};

/** Names of signs and grahas that stand alone. */
const ALONE: Readonly<Record<string, labels.LabelKind>> = {
  moon_sign: 'signs',
  sun_sign: 'signs',
};

const DEPTH_MAX = 12;

/** Puts the names of an answer into a language; keys stay as they are. */
export function createLocaliser(): (answer: object, language: string | undefined) => object {
  const all = labels.createLabels();
  return (answer, language = 'en') => {
    if (language === 'en') return answer;
    if (!labels.isLanguage(language)) {
      const message = `language: Known are ${labels.LANGUAGES.join(', ')}.`;
      throw new Failure('invalid_request', { message, param: 'language' });
    }
    const label = (kind: labels.LabelKind, key: string): string => {
      const found = all.name(kind, key, language);
      return found === key ? titleOf(key) : found;
    };
    return { ...(walk(answer, undefined, { label, depth: 0 }) as object), language };
  };
}

interface Walk {
  readonly label: (kind: labels.LabelKind, key: string) => string;
  readonly depth: number;
}

function walk(value: unknown, field: string | undefined, { label, depth }: Walk): unknown {
  const deeper = { label, depth: depth + 1 };
  if (depth > DEPTH_MAX || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => walk(one, field, deeper));
  const fields = value as Fields;
  const told: Fields = {};
  for (const [name, one] of Object.entries(fields)) told[name] = walk(one, name, deeper);
  for (const [name, key, kind] of NAMED_BY_KEY) {
    const given = fields[key];
    if (typeof given === 'string' && name in fields) told[name] = label(kind, given);
  }
  for (const [name, kind] of Object.entries(ALONE)) {
    const given = fields[name];
    if (typeof given === 'string') told[name] = label(kind, given.toLowerCase());
  }
  const kind = field === undefined ? undefined : KIND_OF_FIELD[field];
  if (
    kind &&
    typeof fields.key === 'string' &&
    typeof fields.name === 'string' &&
    !('group' in fields)
  ) {
    told.name = label(kind, fields.key);
  }
  return told;
}
