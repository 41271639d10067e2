import { wavHeader } from '../../protocols/index.ts';
import type { MediaAnswer, MediaAsk } from './media.ts';
import { refuse, type WireRefusal } from './refusal.ts';
import { countTokens } from './tokens.ts';

const SAMPLES_PER_SECOND = 24_000;
const SAMPLE_BYTES = 2;
/** How fast the sandbox hums, at its usual speed. */
const CHARS_PER_SECOND = 15;
const INPUT_CHARS_MAX = 4_096;
const SPEED_MIN = 0.25;
const SPEED_MAX = 4;
/** Characters whose tones leave in one piece. */
const PIECE_CHARS = 8;
/** Audio tokens of a second. */
const TOKENS_PER_SECOND = 20;

const LOWEST_HZ = 160;
const STEP_HZ = 12;
const TONES = 32;
const LOUDNESS = 8_000;

const VOICES: readonly string[] = ['alloy', 'echo', 'fable', 'onyx', 'nova', 'shimmer'];

/** A text as tones: one for each character, silence for what is no letter; the voice sets the pitch. */
export function speak({ fields }: MediaAsk): MediaAnswer | WireRefusal {
  const { input, voice, speed, response_format: format, stream_format: stream } = fields;
  if (typeof input !== 'string' || input === '' || [...input].length > INPUT_CHARS_MAX) {
    return refuse('invalid_value', 'input', `Expected 1 to ${INPUT_CHARS_MAX} characters.`);
  }
  const pitch = VOICES.indexOf(String(voice));
  if (pitch < 0) return refuse('invalid_value', 'voice', `Expected one of: ${VOICES.join(', ')}.`);
  const pace = typeof speed === 'number' ? speed : 1;
  if (pace < SPEED_MIN || pace > SPEED_MAX) {
    return refuse('invalid_value', 'speed', `Expected ${SPEED_MIN} to ${SPEED_MAX}.`);
  }
  if (format !== undefined && format !== null && format !== 'wav' && format !== 'pcm') {
    return refuse('invalid_value', 'response_format', 'The sandbox speaks wav and pcm only.');
  }
  const score: Score = { characters: [...input], pitch, isWav: format !== 'pcm', pace };
  if (stream === 'sse') return { contentType: 'text/event-stream', pieces: events(input, score) };
  return { contentType: score.isWav ? 'audio/wav' : 'audio/pcm', pieces: audio(score) };
}

/** What is hummed. */
interface Score {
  readonly characters: readonly string[];
  readonly pitch: number;
  readonly pace: number;
  readonly isWav: boolean;
}

function samplesOf({ pace }: Score): number {
  return Math.round(SAMPLES_PER_SECOND / CHARS_PER_SECOND / pace);
}

function* audio(score: Score): Generator<Buffer> {
  const { characters } = score;
  const samples = samplesOf(score);
  if (score.isWav) {
    yield wavHeader(SAMPLES_PER_SECOND, characters.length * samples * SAMPLE_BYTES);
  }
  for (let at = 0; at < characters.length; at += PIECE_CHARS) {
    const piece = characters.slice(at, at + PIECE_CHARS);
    const tones = Buffer.alloc(piece.length * samples * SAMPLE_BYTES);
    for (const [n, character] of piece.entries()) {
      hum(tones.subarray(n * samples * SAMPLE_BYTES), {
        samples,
        hertz: hertzOf(character, score),
      });
    }
    yield tones;
  }
}

function* events(input: string, score: Score): Generator<Buffer> {
  for (const piece of audio(score)) {
    yield sse({ type: 'speech.audio.delta', audio: piece.toString('base64') });
  }
  const seconds = (score.characters.length * samplesOf(score)) / SAMPLES_PER_SECOND;
  const [heard, spoken] = [countTokens(input), Math.ceil(seconds * TOKENS_PER_SECOND)];
  const usage = { input_tokens: heard, output_tokens: spoken, total_tokens: heard + spoken };
  yield sse({ type: 'speech.audio.done', usage });
}

function hertzOf(character: string, { pitch }: Score): number {
  if (!/[\p{L}\p{N}]/u.test(character)) return 0;
  return LOWEST_HZ * (1 + pitch / 4) + ((character.codePointAt(0) ?? 0) % TONES) * STEP_HZ;
}

/** A tone that swells and fades. */
function hum(
  into: Buffer,
  { samples, hertz }: { readonly samples: number; readonly hertz: number },
): void {
  if (hertz === 0) return;
  for (let i = 0; i < samples; i++) {
    const wave = Math.sin((2 * Math.PI * hertz * i) / SAMPLES_PER_SECOND);
    const swell = Math.sin((Math.PI * i) / samples);
    into.writeInt16LE(Math.round(LOUDNESS * wave * swell), i * SAMPLE_BYTES);
  }
}

function sse(event: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
}
