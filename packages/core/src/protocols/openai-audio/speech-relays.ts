import { matchesGlob } from '../../kernel/index.ts';
import type { StreamTap } from '../dialect.ts';
import { geminiUpstream } from '../gemini/index.ts';
import { editFields, type FieldChanges } from '../json/edit-fields.ts';
import { EventTap, errorOf } from '../media/event-tap.ts';
import { TapByType } from '../media/tap-by-type.ts';
import { readMediaUsage } from '../media/token-usage.ts';
import type { NamedLoss, Relay } from '../relay/index.ts';
import { isErrorBody } from '../relay/relay.ts';
import type { WireTarget } from '../wire.ts';
import {
  openAudioReader,
  openEventReader,
  readGeminiSpeech,
  readSpeechEvent,
} from './audio-events.ts';
import { openSink, typeOfFormat, wavHeader } from './audio-sinks.ts';
import type { SpeechCall } from './speech-decode.ts';
import { SpeechTap } from './speech-tap.ts';
import { voiceAt } from './voices.ts';

/** Models that tell their usage in events only, and are paid by it. */
const TELLS_USAGE = ['gpt-*tts*'];
/** Models that know no events. */
const AUDIO_ONLY = ['tts-1*'];

const NO_LOSSES: readonly NamedLoss[] = [];
const EVENT_STREAM = /^text\/event-stream\b/;
/** What may stand in a header of ours: an upstream could write anything there, its key for one. */
const AUDIO_TYPE =
  /^audio\/(?:mpeg|mp3|ogg|opus|aac|flac|x-flac|wav|x-wav|wave|pcm|l16|webm|mp4)(?:; ?(?:rate|channels)=\d{1,6})*$/;
const NO_AUDIO = /^(?:application\/json|text\/)/;

/** Speech between clients and upstreams that both speak as OpenAI does. */
export const speechPassage: Relay<SpeechCall> = {
  name: 'openai-speech',
  writeRequest: (call, target) => ({
    body: editFields(call.body, call.scanned, changesFor(call, target)),
    losses: NO_LOSSES,
  }),
  readWhole() {
    throw new Error('speech is streamed');
  },
  openStream: (call) => new TapByType((type) => tapFor(call, type)),
  readError: (body) => (isErrorBody(body) ? undefined : { message: body.toString('utf8') }),
};

function changesFor(call: SpeechCall, { model, canonical }: WireTarget): FieldChanges {
  const isOneOf = (globs: readonly string[]) => globs.some((glob) => matchesGlob(glob, canonical));
  const voice = call.voice === undefined ? {} : { voice: voiceAt(canonical, call.voice) };
  if (isOneOf(AUDIO_ONLY)) return { model, ...voice, stream_format: undefined };
  if (isOneOf(TELLS_USAGE)) return { model, ...voice, stream_format: 'sse' };
  return { model, ...voice };
}

/** What came may be events or audio, and so may be what is wanted; upstreams do as they can. */
function tapFor(call: SpeechCall, type: string): StreamTap | undefined {
  if (EVENT_STREAM.test(type)) return call.wantsEvents ? eventTap(call) : audioOfEvents(call);
  if (NO_AUDIO.test(type)) return undefined;
  const audioType = AUDIO_TYPE.test(type) ? type : typeOfFormat(call.format);
  return new SpeechTap(call, {
    reader: openAudioReader(),
    sink: openSink(call, audioType),
    audioType,
  });
}

function audioOfEvents(call: SpeechCall): StreamTap {
  const audioType = typeOfFormat(call.format);
  return new SpeechTap(call, {
    reader: openEventReader(readSpeechEvent),
    sink: openSink(call, audioType),
    audioType,
  });
}

function eventTap({ characters }: SpeechCall): StreamTap {
  return new EventTap({
    finals: 1,
    read(event) {
      const error = errorOf(event);
      if (error !== undefined) return { error };
      if (event.type !== 'speech.audio.done') return {};
      return {
        isFinal: true,
        usage: readMediaUsage(event.usage, 'audio', { character: characters }),
      };
    },
  });
}

const GEMINI_SAMPLES_PER_SECOND = 24_000;

/** Speech of Gemini's models, which is asked for as an answer that is spoken. */
export const geminiSpeech: Relay<SpeechCall> = {
  name: 'speech-to-gemini',
  writeRequest(call, { canonical }) {
    const { input, instructions, voice } = call;
    const text = instructions === undefined ? input : `${asStyle(instructions)}\n${input}`;
    const voiceName = voiceAt(canonical, voice ?? 'alloy');
    const body = {
      contents: [{ role: 'user', parts: [{ text }] }],
      generationConfig: {
        responseModalities: ['AUDIO'],
        speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName } } },
      },
    };
    return { body: Buffer.from(JSON.stringify(body)), losses: geminiLosses(call) };
  },
  readWhole() {
    throw new Error('speech is streamed');
  },
  openStream: (call) => geminiTap(call),
  readError: (body) => geminiUpstream.readError(body),
};

/** How something is to be said stands before it, with a colon. */
function asStyle(instructions: string): string {
  return instructions.trim().replace(/[.:\s]*$/, ':');
}

function geminiLosses({ format, speed, voice }: SpeechCall): NamedLoss[] {
  const losses: NamedLoss[] = [];
  if (format !== undefined && format !== 'wav' && format !== 'pcm') {
    losses.push({ field: 'response_format', reason: 'this model speaks wav and pcm only' });
  }
  if (speed !== 1) losses.push({ field: 'speed', reason: 'this model has no speed to set' });
  if (voice === undefined)
    losses.push({ field: 'voice', reason: 'it is a voice of another vendor' });
  return losses;
}

function geminiTap(call: SpeechCall): StreamTap {
  const isRaw = call.format === 'pcm';
  const header = isRaw ? undefined : wavHeader(GEMINI_SAMPLES_PER_SECOND);
  const audioType = typeOfFormat(isRaw ? 'pcm' : 'wav');
  return new SpeechTap(call, {
    reader: openEventReader(readGeminiSpeech),
    sink: openSink(call, audioType, header),
    // What comes are samples in any case.
    audioType: typeOfFormat('pcm'),
  });
}
