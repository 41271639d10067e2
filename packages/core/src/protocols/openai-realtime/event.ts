import { isUtf8 } from 'node:buffer';
import { Failure } from '../../kernel/index.ts';
import { parseExact } from '../json/exact.ts';
import { MalformedJson, type ScannedObject, scanText } from '../json/scan.ts';
import { readValue } from '../json/value.ts';
import { type Fields, fieldsOf, stringOf } from '../json/values.ts';

/** The fields of events that are looked at; whatever else they carry is none of our business. */
const WATCHED: ReadonlySet<string> = new Set([
  ...['type', 'event_id', 'session', 'response', 'response_id', 'item', 'item_id'],
  ...['audio', 'delta', 'usage', 'error', 'transcript', 'audio_start_ms', 'audio_end_ms'],
]);

/** One event of a session, in either direction. */
export interface RealtimeEvent {
  readonly type: string;
  /** As it came; printed anew where two readers might see different values. */
  readonly bytes: Buffer;
  /** The value of a watched field; undefined for an absent one and for null. Throws `invalid_json`. */
  read(name: string): unknown;
  /** The length of a watched string in bytes, without parsing it: media are long. */
  lengthOf(name: string): number;
}

/** Reads an event. Throws `invalid_json` or `invalid_request`; what it throws quotes nothing. */
export function readEvent(bytes: Buffer): RealtimeEvent {
  return parsing(() => read(bytes));
}

function parsing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MalformedJson || error instanceof SyntaxError)) throw error;
    throw new Failure('invalid_json', { message: 'An event has to be one JSON object in UTF-8.' });
  }
}

function read(given: Buffer): RealtimeEvent {
  if (!isUtf8(given)) throw new SyntaxError('no UTF-8');
  const { bytes, text, scanned } = unambiguous(given);
  const type = readValue(text, scanned.fields.get('type'));
  if (typeof type !== 'string') {
    throw new Failure('invalid_request', {
      message: "An event has to have a 'type'.",
      param: 'type',
    });
  }
  return {
    type,
    bytes,
    // The scan does not look into strings: what a parser refuses is found out here.
    read: (name) => parsing(() => readValue(text, scanned.fields.get(name))) ?? undefined,
    lengthOf(name) {
      const span = scanned.fields.get(name);
      return span === undefined ? 0 : Math.max(0, span.end - span.start - 2);
    },
  };
}

interface ScannedEvent {
  readonly bytes: Buffer;
  readonly text: string;
  readonly scanned: ScannedObject;
}

function unambiguous(bytes: Buffer): ScannedEvent {
  const text = bytes.toString('latin1');
  const scanned = scanText(text, WATCHED);
  if (!scanned.isAmbiguous) return { bytes, text, scanned };
  const printed = Buffer.from(JSON.stringify(JSON.parse(bytes.toString('utf8'))));
  const again = printed.toString('latin1');
  return { bytes: printed, text: again, scanned: scanText(again, WATCHED) };
}

/** An event with other values for some of its fields, every field of it read by one reader only. */
export function editedEvent({ bytes }: RealtimeEvent, change: (event: Fields) => Fields): Buffer {
  const fields = parsing(() => fieldsOf(parseExact(bytes.toString('utf8'))));
  return Buffer.from(JSON.stringify(change(fields)));
}

/** The id that its sender gave an event. */
export function eventIdOf(event: RealtimeEvent): string | undefined {
  return stringOf(event.read('event_id'));
}

/** What is told of an error. */
export interface ErrorDetail {
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
}

/** An error as the server of a session tells it. `causedBy` is the id of the client's event. */
export function errorEventText(
  { message, type, code, param }: ErrorDetail,
  id: { readonly eventId: string; readonly causedBy: string | undefined },
): string {
  const error = { type, code, message, param, event_id: id.causedBy ?? null };
  return JSON.stringify({ type: 'error', event_id: id.eventId, error });
}
