import type { Pieces, ReadUsage, StreamTap, WholeAnswer } from '../dialect.ts';
import { type Fields, fieldsOf, isFields, numberOf, parseJson, textOf } from '../json/values.ts';
import { EventTap, errorOf } from '../media/event-tap.ts';
import { TapByType } from '../media/tap-by-type.ts';
import { readMediaUsage } from '../media/token-usage.ts';
import { type WholeReading, WholeTap } from '../media/whole-tap.ts';
import type { TranscriptCall, TranscriptFormat } from './transcript-decode.ts';

const TEXT_TYPE = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';
const PLAIN_FORMATS: ReadonlySet<TranscriptFormat> = new Set(['text', 'srt', 'vtt']);

/** Reads a whole transcript, which goes on as it came. Undefined when the bytes are none. */
export function readTranscript(body: Buffer, { format }: TranscriptCall): WholeAnswer | undefined {
  if (PLAIN_FORMATS.has(format)) {
    return { body, usage: readMediaUsage(undefined, 'text', {}), contentType: TEXT_TYPE };
  }
  const answer = parseJson(body.toString('utf8'));
  return isTranscript(answer) ? { body, usage: usageIn(answer) } : undefined;
}

/** The text of a whole transcript in any format. */
export function textOfTranscript(body: Buffer): string {
  const text = body.toString('utf8');
  const answer = parseJson(text);
  return isTranscript(answer) ? textOf(answer.text) : text;
}

/** A stream passes; models that know none answer whole although they are asked for one. */
export function openTranscriptStream(call: TranscriptCall): StreamTap {
  return new TapByType((type) => {
    if (type.startsWith('text/event-stream')) return openEvents();
    const read = (body: Buffer): WholeReading | undefined => {
      const answer = readTranscript(body, call);
      return answer?.usage && { bytes: answer.body, usage: answer.usage };
    };
    return new WholeTap(PLAIN_FORMATS.has(call.format) ? TEXT_TYPE : JSON_TYPE, read);
  });
}

function openEvents(): StreamTap {
  return new EventTap({
    finals: 1,
    read(event) {
      const error = errorOf(event);
      if (error !== undefined) return { error };
      if (event.type === 'transcript.text.done') return { isFinal: true, usage: usageIn(event) };
      return event.type === 'transcript.text.delta' ? { text: textOf(event.delta) } : {};
    },
  });
}

function isTranscript(value: unknown): value is Fields {
  return isFields(value) && typeof value.text === 'string';
}

/** Tokens, or seconds as they are billed: whole ones. */
function usageIn(answer: Fields): ReadUsage {
  return readMediaUsage(answer.usage, 'text', secondsIn(answer));
}

function secondsIn({ usage, duration }: Fields): Pieces {
  const { seconds, prompt_audio_seconds: heard } = fieldsOf(usage);
  const told = numberOf(seconds) ?? numberOf(heard) ?? numberOf(duration);
  return told === undefined || told < 0 ? {} : { second: Math.ceil(told) };
}
