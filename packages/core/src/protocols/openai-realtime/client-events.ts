import { fieldsOf, isFields, listOf } from '../json/values.ts';
import { base64Bytes } from './audio-format.ts';
import { editedEvent, type RealtimeEvent } from './event.ts';
import { type ItemSize, sizeOfItems } from './item-size.ts';
import {
  readResponseFields,
  readSession,
  type SessionFacts,
  type SessionModels,
  transcriptionModelOf,
  withModels,
} from './session-fields.ts';

/** What a client asks of a response, as far as its cost depends on it. */
export interface ResponseAsk {
  readonly facts: Partial<SessionFacts>;
  /** Whether it stays out of the conversation. */
  readonly isApart: boolean;
  /** What the model reads besides the conversation. */
  readonly size: ItemSize;
}

/** Reads `response.create`. */
export function readAsk(event: RealtimeEvent, bytesPerSecond: number): ResponseAsk {
  const response = fieldsOf(event.read('response'));
  const jsonBytes = event.lengthOf('response');
  return {
    facts: readResponseFields(response),
    isApart: response.conversation === 'none',
    size: sizeOfItems(listOf(response.input), { jsonBytes, bytesPerSecond }),
  };
}

/** What is written into `response.create`. */
export interface AskEdits {
  /** Names the event, so that the upstream's refusal of it is recognised. */
  readonly eventId: string;
  /** The bound on the output that the balance dictates; undefined for none. */
  readonly outputBound: number | undefined;
  /** Whether the session speaks the words of the beta. */
  readonly isBeta: boolean;
}

/** `response.create` for the upstream. */
export function writeAsk(event: RealtimeEvent, edits: AskEdits): Buffer {
  const { eventId, outputBound, isBeta } = edits;
  const field = isBeta ? 'max_response_output_tokens' : 'max_output_tokens';
  return editedEvent(event, (fields) => ({
    ...fields,
    event_id: eventId,
    ...(outputBound !== undefined && {
      response: { ...fieldsOf(fields.response), [field]: outputBound },
    }),
  }));
}

/** What a client changes in its session. */
export interface SessionChange {
  readonly facts: Partial<SessionFacts>;
  /** Who transcribes what is heard; null for nobody, undefined where it stays as it is. */
  readonly transcription: string | null | undefined;
}

/** Reads the session of an event. */
export function readChange(event: RealtimeEvent): SessionChange {
  const session = event.read('session');
  return { facts: readSession(session), transcription: transcriptionModelOf(session) };
}

/** An event of a session with other names for its models. */
export function writeModels(event: RealtimeEvent, models: SessionModels): Buffer {
  return editedEvent(event, (fields) =>
    isFields(fields.session) ? { ...fields, session: withModels(fields.session, models) } : fields,
  );
}

/** The size of the item of `conversation.item.create`. */
export function readItemSize(event: RealtimeEvent, bytesPerSecond: number): ItemSize {
  const jsonBytes = event.lengthOf('item');
  return sizeOfItems([event.read('item')], { jsonBytes, bytesPerSecond });
}

/** The bytes of audio of `input_audio_buffer.append`. */
export function appendedBytes(event: RealtimeEvent): number {
  return base64Bytes(event.lengthOf('audio'));
}
