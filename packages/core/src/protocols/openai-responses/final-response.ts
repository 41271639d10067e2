import { type Fields, fieldsOf, isFields, parseJson, stringOf, textOf } from '../json/values.ts';
import { DataReader } from '../sse/data-reader.ts';

/** The events that carry a response which has ended. */
const LAST_EVENT = /^response\.(completed|incomplete|failed|cancelled)$/;

/** The response in the body of a whole answer; undefined when it is none. */
export function responseOfBody(body: Buffer): Fields | undefined {
  const value = parseJson(body.toString('utf8'));
  return isFields(value) && Array.isArray(value.output) ? value : undefined;
}

/** The response that has ended with these events of a stream; undefined when none has. */
export function responseOfTail(events: Buffer): Fields | undefined {
  let response: Fields | undefined;
  eachEvent(events, (event) => {
    if (LAST_EVENT.test(textOf(event.type))) response = fieldsOf(event.response);
  });
  return response;
}

/** The response with which a stream opens; undefined when these events do not open one. */
export function responseOfHead(events: Buffer): Fields | undefined {
  let response: Fields | undefined;
  eachEvent(events, (event) => {
    if (event.type === 'response.created') response ??= fieldsOf(event.response);
  });
  return response;
}

/** What an error body of ours, whole or as an event, says. */
export function errorOfBytes(bytes: Buffer): { code: string; message: string } | undefined {
  const whole = parseJson(bytes.toString('utf8'));
  let error = fieldsOf(whole).error;
  if (!isFields(whole)) {
    eachEvent(bytes, (event) => {
      if (event.type === 'error') error = isFields(event.error) ? event.error : event;
    });
  }
  if (!isFields(error)) return undefined;
  return { code: stringOf(error.code) ?? 'server_error', message: textOf(error.message) };
}

/** Whole events only; what is no JSON is passed over. */
function eachEvent(events: Buffer, look: (event: Fields) => void): void {
  const reader = new DataReader((data) => {
    const event = parseJson(data);
    if (isFields(event)) look(event);
  });
  reader.push(events);
  reader.end();
}
