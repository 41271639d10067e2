import type { ReadUsage } from '../dialect.ts';
import { fieldsOf, numberOf, stringOf } from '../json/values.ts';
import { base64Bytes } from './audio-format.ts';
import { editedEvent, type RealtimeEvent } from './event.ts';
import {
  type ConversationTokens,
  readConversation,
  readRealtimeUsage,
  readTranscriptUsage,
} from './usage.ts';

/** A response as `response.created` and `response.done` tell of it. */
export interface ToldResponse {
  /** Empty where the upstream gave none. */
  readonly id: string;
  /** Whether it stays out of the conversation. */
  readonly isApart: boolean;
  readonly status: string | undefined;
  /** Undefined until the provider reports it. */
  readonly usage: ReadUsage | undefined;
  /** How long the conversation is with it; only with a usage. */
  readonly conversation: ConversationTokens;
}

/** Reads the response of an event. */
export function readTold(event: RealtimeEvent): ToldResponse {
  const { id, status, usage, conversation_id } = fieldsOf(event.read('response'));
  return {
    id: stringOf(id) ?? '',
    isApart: conversation_id === null,
    status: stringOf(status),
    usage: readRealtimeUsage(usage),
    conversation: readConversation(usage),
  };
}

/** The response that an event belongs to; undefined for events of none. */
export function responseIdOf(event: RealtimeEvent): string | undefined {
  return stringOf(event.read('response_id'));
}

/** What an event adds to a response. */
export interface Delta {
  readonly text: string;
  readonly audioBytes: number;
}

/** What was generated with an event; undefined for one that carries nothing new. */
export function readDelta(event: RealtimeEvent): Delta | undefined {
  if (!event.type.endsWith('.delta')) return undefined;
  return /\.(output_)?audio\.delta$/.test(event.type)
    ? { text: '', audioBytes: base64Bytes(event.lengthOf('delta')) }
    : { text: stringOf(event.read('delta')) ?? '', audioBytes: 0 };
}

/** The id of the client's event that an error is about. */
export function causeOf(event: RealtimeEvent): string | undefined {
  return stringOf(fieldsOf(event.read('error')).event_id);
}

/** An error about an event to which its client gave no id. */
export function withoutCause(event: RealtimeEvent): Buffer {
  return editedEvent(event, (fields) => ({
    ...fields,
    error: { ...fieldsOf(fields.error), event_id: null },
  }));
}

/** What was heard, written down. */
export interface ToldTranscript {
  readonly itemId: string;
  readonly text: string;
  readonly usage: ReadUsage;
}

/** Reads `conversation.item.input_audio_transcription.completed`. */
export function readTranscript(event: RealtimeEvent): ToldTranscript {
  const itemId = stringOf(event.read('item_id')) ?? '';
  const text = stringOf(event.read('transcript')) ?? '';
  return { itemId, text, usage: readTranscriptUsage(event.read('usage')) };
}

/** Where speech begins or ends in the audio that was heard. */
export interface SpeechMark {
  readonly itemId: string;
  /** Milliseconds since the session began to listen. */
  readonly atMs: number | undefined;
}

/** Reads `input_audio_buffer.speech_started` and `.speech_stopped`. */
export function readSpeechMark(event: RealtimeEvent): SpeechMark {
  const itemId = stringOf(event.read('item_id')) ?? '';
  const atMs = numberOf(event.read('audio_end_ms') ?? event.read('audio_start_ms'));
  return { itemId, atMs };
}
