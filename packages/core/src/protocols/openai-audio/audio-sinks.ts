import type { ReadUsage } from '../dialect.ts';
import { inputTokens, outputTokens } from '../neutral/usage.ts';
import type { SpeechCall, SpeechFormat } from './speech-decode.ts';

/** How speech goes to the client. */
export interface AudioSink {
  /** Undefined for server-sent events. */
  readonly contentType: string | undefined;
  /** Bytes for one piece of audio. */
  write(audio: Buffer): Buffer;
  /** What comes behind the last piece. */
  end(usage: ReadUsage | undefined): Buffer;
}

const TYPES: Readonly<Record<SpeechFormat, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg; codecs=opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

const NOTHING = Buffer.alloc(0);

/** The media type of a format. */
export function typeOfFormat(format: SpeechFormat | undefined): string {
  return format === undefined ? TYPES.mp3 : TYPES[format];
}

/** The audio itself. `header` goes in front of the first piece. */
function openByteSink(contentType: string, header: Buffer = NOTHING): AudioSink {
  let before = header;
  return {
    contentType,
    write(audio) {
      if (before.length === 0) return audio;
      const bytes = Buffer.concat([before, audio]);
      before = NOTHING;
      return bytes;
    },
    end: () => NOTHING,
  };
}

/** Events with pieces of the audio, as clients know them from OpenAI. */
function openEventSink(header: Buffer = NOTHING): AudioSink {
  const bytes = openByteSink('', header);
  return {
    contentType: undefined,
    write: (audio) =>
      event({ type: 'speech.audio.delta', audio: bytes.write(audio).toString('base64') }),
    end: (usage) => event({ type: 'speech.audio.done', usage: wireUsage(usage) }),
  };
}

/** The sink that a client asked for. */
export function openSink(call: SpeechCall, contentType: string, header?: Buffer): AudioSink {
  return call.wantsEvents ? openEventSink(header) : openByteSink(contentType, header);
}

function event(value: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(value)}\n\n`);
}

function wireUsage(read: ReadUsage | undefined): object {
  const input = read ? inputTokens(read.usage) : 0;
  const output = read ? outputTokens(read.usage) : 0;
  return { input_tokens: input, output_tokens: output, total_tokens: input + output };
}

/** A length that says "until the end" to players; streams do not know theirs. */
const UNKNOWN_LENGTH = 0xffffffff;
const SAMPLE_BYTES = 2;
const HEADER_BYTES = 44;
/** What the first length counts besides the samples. */
const COUNTED_BYTES = 36;

/** The header of WAV with signed 16-bit samples, one channel; `bytes` of samples where that is known. */
export function wavHeader(samplesPerSecond: number, bytes?: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(bytes === undefined ? UNKNOWN_LENGTH : bytes + COUNTED_BYTES, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(samplesPerSecond, 24);
  header.writeUInt32LE(samplesPerSecond * SAMPLE_BYTES, 28);
  header.writeUInt16LE(SAMPLE_BYTES, 32);
  header.writeUInt16LE(8 * SAMPLE_BYTES, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(bytes ?? UNKNOWN_LENGTH, 40);
  return header;
}
