import { crc32 } from 'node:zlib';

/** One message of a stream in the format `application/vnd.amazon.eventstream`, as AWS sends it. */
export interface EventStreamMessage {
  /** The name of an event, e.g. `messageStart`; `exception` names an exception instead. */
  readonly event?: string;
  readonly exception?: string;
  readonly data: unknown;
}

/** The bytes of messages, one frame each. */
export function eventStream(messages: readonly EventStreamMessage[]): Buffer {
  return Buffer.concat(messages.map(eventFrame));
}

/** The messages of a `.jsonl` fixture. */
export function readMessages(lines: Buffer): EventStreamMessage[] {
  return lines
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as EventStreamMessage);
}

/** The bytes of one message. */
export function eventFrame({ event, exception, data }: EventStreamMessage): Buffer {
  const isException = exception !== undefined;
  return frameOf(
    [
      [isException ? ':exception-type' : ':event-type', exception ?? event ?? ''],
      [':content-type', 'application/json'],
      [':message-type', isException ? 'exception' : 'event'],
    ],
    Buffer.from(JSON.stringify(data)),
  );
}

/** A frame with these headers, all of them strings. */
export function frameOf(
  headers: readonly (readonly [name: string, value: string])[],
  payload: Buffer,
): Buffer {
  const head = Buffer.concat(headers.map(([name, value]) => headerOf(name, value)));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(prelude.length + head.length + payload.length + 4, 0);
  prelude.writeUInt32BE(head.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const bytes = Buffer.concat([prelude, head, payload]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes), 0);
  return Buffer.concat([bytes, checksum]);
}

/** The type byte of a string is 7; its length has two bytes. */
function headerOf(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length, 0);
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([7]),
    length,
    text,
  ]);
}
