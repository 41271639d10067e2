import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { it } from 'node:test';
import { ANGA_KEYS, GRAHAS, MASAS, NAKSHATRAS, SIGNS, VARAS } from '../vedic/index.ts';
import { createLabels, LANGUAGES } from './index.ts';

const KEYS = {
  signs: SIGNS,
  grahas: [...GRAHAS, 'uranus', 'neptune', 'pluto', 'ascendant'],
  nakshatras: NAKSHATRAS,
  tithis: ANGA_KEYS.tithi,
  yogas: ANGA_KEYS.yoga,
  karanas: ANGA_KEYS.karana,
  varas: VARAS,
  masas: MASAS,
  pakshas: ['shukla', 'krishna'],
} as const;

/** Letters that a label of each language is written with. */
const SCRIPTS: Readonly<Record<(typeof LANGUAGES)[number], RegExp>> = {
  en: /^[A-Za-z ]+$/,
  hi: /^[\p{Script=Devanagari} ]+$/u,
  mr: /^[\p{Script=Devanagari} ]+$/u,
  sa: /^[\p{Script=Devanagari} ]+$/u,
  ne: /^[\p{Script=Devanagari} ]+$/u,
  ta: /^[\p{Script=Tamil} ]+$/u,
  te: /^[\p{Script=Telugu} ]+$/u,
  kn: /^[\p{Script=Kannada} ]+$/u,
  ml: /^[\p{Script=Malayalam} ]+$/u,
  gu: /^[\p{Script=Gujarati} ]+$/u,
  bn: /^[\p{Script=Bengali} ]+$/u,
  pa: /^[\p{Script=Gurmukhi} ]+$/u,
  or: /^[\p{Script=Oriya} ]+$/u,
};

const labels = createLabels();

it('every language has a label for every key, in its own script, and no others', () => {
  for (const language of LANGUAGES) {
    const set = labels.of(language);
    assert.equal(set.language, language);
    for (const [kind, keys] of Object.entries(KEYS)) {
      const named = set[kind as keyof typeof KEYS];
      assert.deepEqual(Object.keys(named).sort(), [...keys].sort(), `${language} ${kind}`);
      assert.equal(new Set(Object.values(named)).size, keys.length, `${language} ${kind} twice`);
      for (const label of Object.values(named)) assert.match(label, SCRIPTS[language], language);
    }
  }
});

it('every data file is a language', () => {
  const files = readdirSync(new URL('./data/', import.meta.url));
  assert.deepEqual(files.sort(), LANGUAGES.map((language) => `${language}.json`).sort());
});

it('names keys, keeps unknown keys, and refuses unknown languages by name', () => {
  assert.equal(labels.name('signs', 'scorpio', 'hi'), 'वृश्चिक');
  assert.equal(labels.name('varas', 'friday', 'ta'), 'வெள்ளி');
  assert.equal(labels.name('grahas', 'moon', 'bn'), 'চন্দ্র');
  assert.equal(labels.name('signs', 'ophiuchus', 'en'), 'ophiuchus');
  assert.throws(() => labels.of('xx'), { name: 'RangeError', message: /^language must be/ });
});
