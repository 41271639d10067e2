/** Well-formed texts of the formats that JSON Schema names. */
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-02T03:04:05Z',
  date: '2026-01-02',
  time: '03:04:05Z',
  duration: 'P1DT2H',
  email: 'sandbox@example.com',
  'idn-email': 'sandbox@example.com',
  hostname: 'sandbox.example.com',
  'idn-hostname': 'sandbox.example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '00000000-0000-4000-8000-000000000000',
  uri: 'https://sandbox.example.com/',
  'uri-reference': '/sandbox',
  iri: 'https://sandbox.example.com/',
  'json-pointer': '/sandbox',
  regex: '^sandbox$',
};

/** Longest text that is made for a pattern or a minimum length, in characters. */
export const TEXT_CHARS_MAX = 4_096;

/** What a schema says about a text. */
export interface TextSchema {
  readonly format?: unknown;
  readonly pattern?: unknown;
  readonly minLength?: unknown;
  readonly maxLength?: unknown;
}

/** A text that a schema accepts. `hint` is used where nothing else is asked for. */
export function textInstance(schema: TextSchema, hint: string): string {
  const { format, pattern } = schema;
  if (typeof format === 'string' && format in FORMATS) return FORMATS[format] as string;
  const least = Math.min(whole(schema.minLength, 0), TEXT_CHARS_MAX);
  const most = whole(schema.maxLength, TEXT_CHARS_MAX);
  if (typeof pattern === 'string') return patternInstance(pattern, least);
  const characters = [...hint];
  while (characters.length < least)
    characters.push(...`${characters.length === 0 ? '' : ' '}${hint || 'sandbox'}`);
  return characters
    .slice(0, Math.max(least, Math.min(most, characters.length)))
    .slice(0, most)
    .join('');
}

function whole(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 0 ? Math.floor(value) : otherwise;
}

const CLASSES: Readonly<Record<string, string>> = {
  d: '7',
  w: 'a',
  s: ' ',
  D: 'a',
  W: '-',
  S: 'a',
};
/** Characters to choose from where a class excludes some. */
const ORDINARY = [...'aA7_- .,:/'];

/**
 * A text that matches a regular expression, made by walking it: classes, groups, alternatives and
 * quantifiers (each as rarely as allowed). Look-arounds and back references are passed over.
 */
function patternInstance(pattern: string, least: number): string {
  const walk = new PatternWalk(pattern, 0);
  const shortest = walk.alternatives();
  const missing = least - [...shortest].length;
  return missing > 0 ? new PatternWalk(pattern, missing).alternatives() : shortest;
}

class PatternWalk {
  readonly #pattern: string;
  #at = 0;
  /** Characters that the first open-ended repetition must add to reach a minimum length. */
  #missing: number;
  #made = 0;

  constructor(pattern: string, missing: number) {
    this.#pattern = pattern;
    this.#missing = missing;
  }

  /** The first alternative; the others are walked over. */
  alternatives(): string {
    const first = this.#sequence();
    while (this.#peek() === '|') {
      this.#at++;
      this.#sequence();
    }
    return first;
  }

  #peek(): string {
    return this.#pattern.charAt(this.#at);
  }

  #sequence(): string {
    let text = '';
    while (this.#at < this.#pattern.length && this.#peek() !== '|' && this.#peek() !== ')') {
      const atom = this.#atom();
      text += this.#repeat(atom);
    }
    return text;
  }

  #atom(): string {
    const character = this.#peek();
    this.#at++;
    switch (character) {
      case '^':
      case '$':
        return '';
      case '.':
        return 'a';
      case '\\':
        return this.#escape();
      case '[':
        return this.#class();
      case '(':
        return this.#group();
      default:
        return character;
    }
  }

  #escape(): string {
    const character = this.#peek();
    this.#at++;
    if (character === 'b' || character === 'B') return '';
    if (character === 'u' || character === 'x') {
      const digits = /^(?:\{([0-9a-fA-F]+)\}|[0-9a-fA-F]{2,4})/.exec(this.#pattern.slice(this.#at));
      this.#at += digits?.[0].length ?? 0;
      const code = Number.parseInt(digits?.[1] ?? digits?.[0] ?? '61', 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : 'a';
    }
    if (character === 'n') return '\n';
    if (character === 't') return '\t';
    return CLASSES[character] ?? character;
  }

  #group(): string {
    const look = /^\?(?:[=!]|<[=!])/.exec(this.#pattern.slice(this.#at));
    const opening = /^\?(?::|<[A-Za-z_]\w*>|[=!]|<[=!])/.exec(this.#pattern.slice(this.#at));
    this.#at += opening?.[0].length ?? 0;
    const text = this.alternatives();
    if (this.#peek() === ')') this.#at++;
    return look ? '' : text;
  }

  #class(): string {
    const isNegated = this.#peek() === '^';
    if (isNegated) this.#at++;
    const start = this.#at;
    const members: string[] = [];
    while (this.#at < this.#pattern.length && (this.#peek() !== ']' || this.#at === start)) {
      const character = this.#peek();
      this.#at++;
      members.push(character === '\\' ? this.#escape() : character);
    }
    this.#at++;
    const source = this.#pattern.slice(start, this.#at - 1);
    if (!isNegated) return members[0] ?? 'a';
    return ORDINARY.find((candidate) => !excludes(source, members, candidate)) ?? '~';
  }

  #repeat(atom: string): string {
    const quantifier = /^(?:([*+?])|\{(\d{1,6})(,?)(\d{0,6})\})\??/.exec(
      this.#pattern.slice(this.#at),
    );
    if (!quantifier) return this.#keep(atom);
    this.#at += quantifier[0].length;
    const [, sign, low, comma, high] = quantifier;
    const least = sign === undefined ? Number(low) : sign === '+' ? 1 : 0;
    const isExact = sign === undefined && comma === '';
    const most = sign === '?' ? 1 : isExact ? least : high ? Number(high) : TEXT_CHARS_MAX;
    const wanted = Math.min(most, least + Math.max(0, this.#missing));
    if (atom.length > 0) this.#missing -= (wanted - least) * atom.length;
    return this.#keep(atom.repeat(Math.min(wanted, TEXT_CHARS_MAX)));
  }

  /** Nested repetitions multiply; what is made in all stays bounded. */
  #keep(text: string): string {
    this.#made += text.length;
    return this.#made > TEXT_CHARS_MAX * 4 ? '' : text;
  }
}

function excludes(source: string, members: readonly string[], candidate: string): boolean {
  if (members.includes(candidate)) return true;
  if (/\d/.test(candidate) && /\\d|\\w|0-9/.test(source)) return true;
  if (/[a-z]/.test(candidate) && /\\w|a-z/.test(source)) return true;
  if (/[A-Z]/.test(candidate) && /\\w|A-Z/.test(source)) return true;
  return /\s/.test(candidate) && source.includes('\\s');
}
