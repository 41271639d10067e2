import { TRANSCRIPT_FORMATS } from '../../protocols/index.ts';
import type { MediaAnswer, MediaAsk } from './media.ts';
import { refuse, type WireRefusal } from './refusal.ts';
import { splitTokens } from './tokens.ts';

/** Of audio whose length nobody could read. */
const BYTES_PER_SECOND = 16_000;
const NAME_CHARS_MAX = 100;
const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** What is told about a file. */
interface Heard {
  readonly task: 'transcribe' | 'translate';
  readonly sentences: readonly string[];
  readonly seconds: number;
  readonly language: string;
}

/** What the sandbox hears in a file: its name and size, for it does not listen. */
export function transcribe(ask: MediaAsk): MediaAnswer | WireRefusal {
  return hear(ask, 'transcribe');
}

/** The same, which is English anyway. */
export function translate(ask: MediaAsk): MediaAnswer | WireRefusal {
  return hear(ask, 'translate');
}

function hear({ fields, form }: MediaAsk, task: Heard['task']): MediaAnswer | WireRefusal {
  const file = form?.parts.find((part) => part.kind === 'file' && part.name === 'file');
  if (file?.kind !== 'file') {
    return refuse('missing_required_parameter', 'file', "Missing required parameter: 'file'.");
  }
  const { response_format: format = 'json', language = 'english', stream } = fields;
  const { length } = file.content;
  const seconds = file.seconds ?? length / BYTES_PER_SECOND;
  const name = file.filename.slice(0, NAME_CHARS_MAX).toWellFormed();
  const sentences = [
    'This is a sandbox transcript: no AI model listened.',
    `The file “${name}” has ${length} bytes and plays for ${seconds.toFixed(2)} seconds.`,
  ];
  const heard: Heard = { task, sentences, seconds, language: String(language) };
  if (stream === 'true') return { contentType: 'text/event-stream', pieces: events(heard) };
  const write = WRITERS[String(format)];
  if (write) return write(heard);
  const known = TRANSCRIPT_FORMATS.join(', ');
  return refuse('invalid_value', 'response_format', `Expected one of: ${known}.`);
}

/** What a model that listens would tell of a segment. */
const UNHEARD = {
  seek: 0,
  tokens: [],
  temperature: 0,
  avg_logprob: 0,
  compression_ratio: 1,
  no_speech_prob: 0,
};

const WRITERS: Readonly<Record<string, (heard: Heard) => MediaAnswer>> = {
  json: (heard) => json({ text: textOf(heard), usage: usageOf(heard) }),
  text: (heard) => plain(`${textOf(heard)}\n`),
  srt: (heard) =>
    plain(
      cuesOf(heard, ',')
        .map((cue, at) => `${at + 1}\n${cue}\n`)
        .join('\n'),
    ),
  vtt: (heard) => plain(`WEBVTT\n\n${cuesOf(heard, '.').join('\n\n')}\n`),
  verbose_json: (heard) => {
    const { task, language, seconds } = heard;
    const segments = segmentsOf(heard).map((segment, id) => ({ id, ...segment, ...UNHEARD }));
    const about = { task, language, duration: seconds, text: textOf(heard) };
    return json({ ...about, segments, usage: usageOf(heard) });
  },
  diarized_json: (heard) => {
    const segments = segmentsOf(heard).map((segment, at) => {
      return { type: 'transcript.text.segment', id: `seg_${at}`, speaker: 'A', ...segment };
    });
    const about = { task: heard.task, duration: heard.seconds, text: textOf(heard) };
    return json({ ...about, segments, usage: usageOf(heard) });
  },
};

function* events(heard: Heard): Generator<Buffer> {
  const text = textOf(heard);
  for (const delta of splitTokens(text)) yield sse({ type: 'transcript.text.delta', delta });
  yield sse({ type: 'transcript.text.done', text, usage: usageOf(heard) });
}

function textOf({ sentences }: Heard): string {
  return sentences.join(' ');
}

/** Vendors count whole seconds. */
function usageOf({ seconds }: Heard): object {
  return { type: 'duration', seconds: Math.ceil(seconds) };
}

/** The sentences share the time. */
function segmentsOf({ sentences, seconds }: Heard) {
  return sentences.map((text, at) => ({
    start: (at * seconds) / sentences.length,
    end: ((at + 1) * seconds) / sentences.length,
    text,
  }));
}

function cuesOf(heard: Heard, point: ',' | '.'): string[] {
  return segmentsOf(heard).map(
    ({ start, end, text }) => `${clockOf(start, point)} --> ${clockOf(end, point)}\n${text}`,
  );
}

/** `00:01:02,345`. */
function clockOf(seconds: number, point: ',' | '.'): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23).replace('.', point);
}

function json(value: object): MediaAnswer {
  return { contentType: JSON_TYPE, pieces: [Buffer.from(JSON.stringify(value))] };
}

function plain(text: string): MediaAnswer {
  return { contentType: TEXT_TYPE, pieces: [Buffer.from(text)] };
}

function sse(event: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
}
