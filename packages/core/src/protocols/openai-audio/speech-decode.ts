import { invalid } from '../../kernel/index.ts';
import type { Call, CallPath } from '../dialect.ts';
import { readService } from '../json/request-body.ts';
import type { ScannedObject } from '../json/scan.ts';
import { isFields } from '../json/values.ts';
import {
  charsOf,
  type RequestFields,
  readModel,
  readText,
  readWord,
  requestFields,
} from '../media/request-fields.ts';
import { NO_MEDIA } from '../whole/whole-call.ts';

/** The formats that speech may be asked for in. */
export const SPEECH_FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const;
export type SpeechFormat = (typeof SPEECH_FORMATS)[number];

/** A request for speech, in the form of OpenAI. */
export interface SpeechCall extends Call {
  readonly scanned: ScannedObject;
  readonly input: string;
  readonly characters: number;
  /** The name of a voice; undefined for a voice of the client's own, which only its vendor knows. */
  readonly voice: string | undefined;
  readonly instructions: string | undefined;
  /** Undefined where the client leaves it to the upstream. */
  readonly format: SpeechFormat | undefined;
  readonly speed: number;
  /** The client wants events with pieces of audio rather than the audio. */
  readonly wantsEvents: boolean;
}

const INPUT_CHARS_MAX = 4_096;
const INSTRUCTIONS_CHARS_MAX = 8_192;
const VOICE_CHARS_MAX = 256;
const SPEED_MIN = 0.25;
const SPEED_MAX = 4;

/** Characters spoken in a second: in the densest scripts, and usually. */
const CHARS_PER_SECOND_MIN = 3;
const CHARS_PER_SECOND_LIKELY = 15;
/** Audio tokens of a second: the most that a vendor counts, and the usual. */
const TOKENS_PER_SECOND_MAX = 32;
const TOKENS_PER_SECOND_LIKELY = 21;
/** A silence before and after, whatever is said. */
const PAUSE_SECONDS = 2;

const WATCHED: ReadonlySet<string> = new Set([
  'model',
  'input',
  'voice',
  'instructions',
  'response_format',
  'speed',
  'stream_format',
  'service_tier',
]);

/** Reads a request for speech. Throws `invalid_json` or `invalid_request` naming the field. */
export function decodeSpeech(raw: Buffer, path: CallPath | undefined): SpeechCall {
  const fields = requestFields(raw, undefined, WATCHED);
  const { scan } = fields;
  if (!scan) throw new Error('speech is asked for in JSON');
  const model = readModel(fields, path);
  const input = readText(fields, 'input', INPUT_CHARS_MAX);
  if (input === undefined) throw invalid('input', "Missing required parameter: 'input'.");
  const voice = readVoice(fields);
  const instructions = readText(fields, 'instructions', INSTRUCTIONS_CHARS_MAX);
  const speed = readSpeed(fields);
  const characters = charsOf(input);
  const wantsEvents = readWord(fields, 'stream_format', ['audio', 'sse']) === 'sse';
  const textBytes = Buffer.byteLength(input) + Buffer.byteLength(instructions ?? '');
  return {
    ...{ model, input, characters, voice, instructions, speed, wantsEvents },
    format: readWord(fields, 'response_format', SPEECH_FORMATS),
    body: scan.body,
    scanned: scan.scanned,
    isStream: true,
    isBinary: !wantsEvents,
    wantsUsage: true,
    choices: 1,
    service: readService(fields.read('service_tier')),
    size: { ...NO_MEDIA, textBytes },
    ...amountsOf(characters, speed),
  };
}

function readVoice(fields: RequestFields): string | undefined {
  const given = fields.read('voice');
  if (isFields(given)) return undefined;
  const voice = readText(fields, 'voice', VOICE_CHARS_MAX);
  if (voice === undefined) throw invalid('voice', "Missing required parameter: 'voice'.");
  return voice;
}

function readSpeed({ read }: RequestFields): number {
  const given = read('speed');
  if (given === undefined) return 1;
  if (typeof given === 'number' && given >= SPEED_MIN && given <= SPEED_MAX) return given;
  throw invalid('speed', `'speed' must be a number from ${SPEED_MIN} to ${SPEED_MAX}.`);
}

/** Seconds that it takes to say so many characters, at most and usually. */
function amountsOf(
  characters: number,
  speed: number,
): Pick<Call, 'maxOutputTokens'> & Required<Pick<Call, 'pieces' | 'mediaTokens'>> {
  const most = Math.ceil(characters / CHARS_PER_SECOND_MIN / Math.min(speed, 1)) + PAUSE_SECONDS;
  const usual = Math.ceil(characters / CHARS_PER_SECOND_LIKELY / speed);
  return {
    maxOutputTokens: most * TOKENS_PER_SECOND_MAX,
    mediaTokens: { outputAudio: usual * TOKENS_PER_SECOND_LIKELY },
    pieces: {
      max: characters,
      likely: characters,
      by: {
        max: { character: characters, second: most },
        likely: { character: characters, second: usual },
      },
    },
  };
}
