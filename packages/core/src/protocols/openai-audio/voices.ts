import { bestMatch } from '../../kernel/index.ts';

/** The voices that clients name, whatever model speaks. */
export type VoiceName = 'alloy' | 'echo' | 'fable' | 'onyx' | 'nova' | 'shimmer';

type Voices = Readonly<Record<VoiceName, string>>;

const GEMINI: Voices = {
  alloy: 'Kore',
  echo: 'Puck',
  fable: 'Charon',
  onyx: 'Algenib',
  nova: 'Leda',
  shimmer: 'Achernar',
};
const ORPHEUS: Voices = {
  alloy: 'tara',
  echo: 'leo',
  fable: 'zac',
  onyx: 'dan',
  nova: 'leah',
  shimmer: 'mia',
};
const GROQ_ENGLISH: Voices = {
  alloy: 'hannah',
  echo: 'austin',
  fable: 'daniel',
  onyx: 'troy',
  nova: 'autumn',
  shimmer: 'diana',
};
const GROQ_ARABIC: Voices = {
  alloy: 'noura',
  echo: 'fahad',
  fable: 'abdullah',
  onyx: 'sultan',
  nova: 'lulwa',
  shimmer: 'aisha',
};
const KOKORO: Voices = {
  alloy: 'af_alloy',
  echo: 'am_echo',
  fable: 'bm_fable',
  onyx: 'am_onyx',
  nova: 'af_nova',
  shimmer: 'af_sky',
};
const CARTESIA: Voices = {
  alloy: 'helpful woman',
  echo: 'friendly sidekick',
  fable: 'storyteller lady',
  onyx: 'nonfiction man',
  nova: 'laidback woman',
  shimmer: 'meditation lady',
};
const ZHIPU: Voices = {
  alloy: 'tongtong',
  echo: 'xiaochen',
  fable: 'kazi',
  onyx: 'luodo',
  nova: 'chuichui',
  shimmer: 'douji',
};

/** Models with voices of their own, by globs of their names without a path in front. */
const VOICES: ReadonlyMap<string, Voices> = new Map([
  ['gemini-*', GEMINI],
  ['orpheus-v1-english*', GROQ_ENGLISH],
  ['orpheus-arabic*', GROQ_ARABIC],
  ['orpheus*', ORPHEUS],
  ['kokoro*', KOKORO],
  ['sonic*', CARTESIA],
  ['cartesia*', CARTESIA],
  ['glm-tts*', ZHIPU],
  ['cogtts*', ZHIPU],
]);

/** What a model calls a voice; a name that is not one of the six is the model's own. */
export function voiceAt(model: string, voice: string): string {
  const bare = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  const [, voices] = bestMatch(VOICES, bare) ?? [];
  const name = voice.toLowerCase();
  return voices && Object.hasOwn(voices, name) ? voices[name as VoiceName] : voice;
}
