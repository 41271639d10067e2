import { invalid } from '../../kernel/index.ts';
import type { Call, CallPath } from '../dialect.ts';
import { type Form, filesOf } from '../form/form.ts';
import { readService } from '../json/request-body.ts';
import {
  readBoolean,
  readModel,
  readText,
  readWord,
  requestFields,
} from '../media/request-fields.ts';
import { NO_MEDIA } from '../whole/whole-call.ts';

/** The endpoints that write down what is said. */
export type TranscriptTask = 'transcriptions' | 'translations';

export const TRANSCRIPT_FORMATS = [
  'json',
  'text',
  'srt',
  'verbose_json',
  'vtt',
  'diarized_json',
] as const;
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number];

/** A request for a transcript, in the form of OpenAI. */
export interface TranscriptCall extends Call {
  readonly form: Form;
  readonly format: TranscriptFormat;
  readonly prompt: string;
}

const PROMPT_CHARS_MAX = 65_536;
/** Text tokens of a second of fast speech, with room for what stands around them. */
const TOKENS_PER_SECOND_MAX = 12;
const TOKENS_BESIDE_MAX = 512;
/** Audio tokens of a second, as OpenAI counts. */
const AUDIO_TOKENS_PER_SECOND = 10;
/** Of audio whose length cannot be read: the leanest codec in use, and a usual one. */
const BYTES_PER_SECOND_MIN = 1_000;
const BYTES_PER_SECOND_USUAL = 16_000;

/** Reads a request for a transcript. Throws `invalid_request` naming the field. */
export function decodeTranscript(
  task: TranscriptTask,
  raw: Buffer,
  { path, form }: { readonly path: CallPath | undefined; readonly form: Form | undefined },
): TranscriptCall {
  if (!form) {
    const message = "Send the audio as multipart/form-data, or JSON with a 'url'.";
    throw invalid('file', message);
  }
  const fields = requestFields(raw, form, NONE);
  const model = readModel(fields, path);
  const [file, second] = filesOf(form, 'file');
  if (!file) throw invalid('file', "Missing required file: 'file'.");
  if (second) throw invalid('file', 'Send one file at a time.');
  const prompt = readText(fields, 'prompt', PROMPT_CHARS_MAX) ?? '';
  const formats = task === 'translations' ? TRANSCRIPT_FORMATS.slice(0, 5) : TRANSCRIPT_FORMATS;
  const { length } = file.content;
  const known = file.seconds === undefined ? undefined : Math.ceil(file.seconds);
  const most = known ?? Math.ceil(length / BYTES_PER_SECOND_MIN);
  const usual = known ?? Math.ceil(length / BYTES_PER_SECOND_USUAL);
  return {
    ...{ model, form, prompt },
    body: raw,
    format: readWord(fields, 'response_format', formats) ?? 'json',
    isStream: readBoolean(fields, 'stream'),
    wantsUsage: true,
    choices: 1,
    service: readService(fields.read('service_tier')),
    maxOutputTokens: most * TOKENS_PER_SECOND_MAX + TOKENS_BESIDE_MAX,
    size: { ...NO_MEDIA, textBytes: Buffer.byteLength(prompt), audioSeconds: most },
    mediaTokens: { inputAudio: usual * AUDIO_TOKENS_PER_SECOND },
    pieces: {
      max: most,
      likely: usual,
      by: { max: { second: most }, likely: { second: usual } },
    },
  };
}

const NONE: ReadonlySet<string> = new Set();
