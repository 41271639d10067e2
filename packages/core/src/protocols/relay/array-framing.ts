import { eventData, eventEnd } from '../sse/events.ts';

/** Turns whole server-sent events into a JSON array that is written element by element. */
export interface ArrayFraming {
  /** The elements out of some events; empty where they hold none, e.g. comments. */
  write(events: Buffer): Buffer;
  /** The last elements and the end of the array. */
  end(events: Buffer): Buffer;
}

/** For clients of Gemini that stream without `alt=sse`: the last step before the bytes leave. */
export function createArrayFraming(): ArrayFraming {
  let isBegun = false;

  function write(events: Buffer): Buffer {
    const text = events.toString('latin1');
    let out = '';
    let from = 0;
    for (let end = eventEnd(text, 0); end > 0; end = eventEnd(text, from)) {
      const data = eventData(text, from, end);
      from = end;
      if (data === undefined) continue;
      out += isBegun ? `,\r\n${data}` : `[${data}`;
      isBegun = true;
    }
    return Buffer.from(out, 'latin1');
  }

  return {
    write,
    end: (events) => Buffer.concat([write(events), Buffer.from(isBegun ? ']' : '[]')]),
  };
}
