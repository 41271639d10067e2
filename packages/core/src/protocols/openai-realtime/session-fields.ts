import { type Fields, fieldsOf, isFields, listOf, numberOf, stringOf } from '../json/values.ts';
import { bytesPerSecond, PCM_BYTES_PER_SECOND } from './audio-format.ts';

/** What a session is set to, as far as its cost depends on it. */
export interface SessionFacts {
  /** Bytes of what the model is told before the conversation: instructions, tools. */
  readonly promptBytes: number;
  readonly hasTools: boolean;
  /** The bound on the output tokens of a response; null for none. */
  readonly outputBound: number | null;
  /** Whether answers are spoken. */
  readonly isSpoken: boolean;
  /** Bytes per second of audio in each direction. */
  readonly inputRate: number;
  readonly outputRate: number;
}

/** A session of which nothing is known yet: it speaks, in the usual format. */
export const USUAL_FACTS: SessionFacts = {
  promptBytes: 0,
  hasTools: false,
  outputBound: null,
  isSpoken: true,
  inputRate: PCM_BYTES_PER_SECOND,
  outputRate: PCM_BYTES_PER_SECOND,
};

/** The fields of a session that are set in an object of it, in today's names or those of the beta. */
export function readSession(session: unknown): Partial<SessionFacts> {
  const fields = fieldsOf(session);
  const { input, output } = audioOf(fields);
  const inputRate = bytesPerSecond(input.format ?? fields.input_audio_format);
  const outputRate = bytesPerSecond(output.format ?? fields.output_audio_format);
  return {
    ...readResponseFields(fields),
    ...(hasPrompt(fields) && {
      promptBytes: promptBytes(fields),
      hasTools: listOf(fields.tools).length > 0,
    }),
    ...(inputRate !== undefined && { inputRate }),
    ...(outputRate !== undefined && { outputRate }),
  };
}

/** The fields that a single response may set apart from its session. */
export function readResponseFields(fields: Fields): Partial<SessionFacts> {
  const bound = fields.max_output_tokens ?? fields.max_response_output_tokens;
  const modalities = fields.output_modalities ?? fields.modalities;
  return {
    ...(bound !== undefined && { outputBound: boundOf(bound) }),
    ...(Array.isArray(modalities) && { isSpoken: modalities.includes('audio') }),
  };
}

function boundOf(value: unknown): number | null {
  const bound = numberOf(value);
  return bound !== undefined && bound >= 1 ? Math.floor(bound) : null;
}

function hasPrompt({ instructions, tools }: Fields): boolean {
  return instructions !== undefined || tools !== undefined;
}

function promptBytes({ instructions, tools, prompt }: Fields): number {
  return Buffer.byteLength(JSON.stringify([instructions, tools, prompt]));
}

function audioOf(session: Fields): { readonly input: Fields; readonly output: Fields } {
  const audio = fieldsOf(session.audio);
  return { input: fieldsOf(audio.input), output: fieldsOf(audio.output) };
}

/** Who writes down what is heard: a model's name; null for nobody; undefined where nothing is said. */
export function transcriptionModelOf(session: unknown): string | null | undefined {
  const fields = fieldsOf(session);
  const { transcription = fields.input_audio_transcription } = audioOf(fields).input;
  if (transcription === null) return null;
  return isFields(transcription) ? stringOf(transcription.model) : undefined;
}

/** Other names for the models of a session; undefined to leave one as it is. */
export interface SessionModels {
  readonly model: string | undefined;
  /** The one that transcribes. */
  readonly transcription: string | undefined;
}

/** A session with other names for its models; only where it names them. */
export function withModels(session: Fields, { model, transcription }: SessionModels): Fields {
  const changed: Record<string, unknown> = { ...session };
  if (session.model !== undefined && model !== undefined) changed.model = model;
  if (transcription === undefined) return changed;
  const rename = (given: unknown): unknown =>
    isFields(given) && given.model !== undefined ? { ...given, model: transcription } : given;
  if (session.input_audio_transcription !== undefined) {
    changed.input_audio_transcription = rename(session.input_audio_transcription);
  }
  const audio = fieldsOf(session.audio);
  const input = fieldsOf(audio.input);
  if (input.transcription !== undefined) {
    const renamed = { ...input, transcription: rename(input.transcription) };
    changed.audio = { ...audio, input: renamed };
  }
  return changed;
}
