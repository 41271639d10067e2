import { BrokenStream, type ReadUsage } from '../dialect.ts';
import { readGeminiUsage } from '../gemini/usage.ts';
import { type Fields, fieldsOf, isFields, listOf, parseJson, textOf } from '../json/values.ts';
import { errorOf } from '../media/event-tap.ts';
import { readMediaUsage } from '../media/token-usage.ts';
import { DataReader } from '../sse/data-reader.ts';

/** What a piece of an upstream's stream of speech says. */
export interface SpeechPiece {
  readonly audio?: Buffer | undefined;
  readonly usage?: ReadUsage | undefined;
  readonly error?: unknown;
  /** The upstream ended the speech. */
  readonly isEnd?: boolean;
}

/** Reads the bytes of an upstream as speech. Throws `BrokenStream`. */
export interface SpeechReader {
  push(chunk: Buffer): readonly SpeechPiece[];
  /** The upstream has closed its answer. */
  end(): readonly SpeechPiece[];
}

/** The answer is the audio; its end is the end of the answer. */
export function openAudioReader(): SpeechReader {
  return {
    push: (audio) => [{ audio }],
    end: () => [{ isEnd: true }],
  };
}

/** The answer is events with audio in them. */
export function openEventReader(read: (event: Fields) => SpeechPiece): SpeechReader {
  let pieces: SpeechPiece[] = [];
  const reader = new DataReader((data) => {
    if (data.startsWith('[DONE]')) {
      pieces.push({ isEnd: true });
      return;
    }
    const event = parseJson(data);
    if (!isFields(event)) throw new BrokenStream('An event is no JSON.');
    pieces.push(read(event));
  });
  const taken = (): readonly SpeechPiece[] => {
    const given = pieces;
    pieces = [];
    return given;
  };
  return {
    push(chunk) {
      reader.push(chunk);
      return taken();
    },
    end() {
      reader.end();
      return taken();
    },
  };
}

/** An event of OpenAI's speech. */
export function readSpeechEvent(event: Fields): SpeechPiece {
  const error = errorOf(event);
  if (error !== undefined) return { error };
  if (event.type === 'speech.audio.done') {
    return { isEnd: true, usage: readMediaUsage(event.usage, 'audio', {}) };
  }
  const data = textOf(event.audio) || textOf(event.delta);
  return data === '' ? {} : { audio: Buffer.from(data, 'base64') };
}

/** An event of Gemini, which speaks raw samples. */
export function readGeminiSpeech(event: Fields): SpeechPiece {
  const error = errorOf(event);
  if (error !== undefined) return { error };
  const candidates = listOf(event.candidates).map(fieldsOf);
  const audio = candidates.flatMap(({ content }) =>
    listOf(fieldsOf(content).parts).flatMap((part) => {
      const { data } = fieldsOf(fieldsOf(part).inlineData);
      return typeof data === 'string' ? [Buffer.from(data, 'base64')] : [];
    }),
  );
  return {
    audio: audio.length === 0 ? undefined : Buffer.concat(audio),
    usage: readGeminiUsage(event.usageMetadata),
    isEnd: candidates.some(({ finishReason }) => finishReason === 'STOP'),
  };
}
