import { eventEnd } from './events.ts';
import { WholeEvents } from './frames.ts';

/** One server-sent event: its name (empty where it has none) and its data, lines joined. */
export type DataHandler = (data: string, name: string) => void;

/** Reads the data of server-sent events out of bytes that come cut anywhere. Throws `BrokenStream`. */
export class DataReader {
  readonly #whole = new WholeEvents();
  readonly #handle: DataHandler;

  constructor(handle: DataHandler) {
    this.#handle = handle;
  }

  push(chunk: Buffer): void {
    this.#read(this.#whole.push(chunk));
  }

  /** The stream has ended; an unterminated last event counts as an event. */
  end(): void {
    this.#read(this.#whole.end());
  }

  #read(events: Buffer | undefined): void {
    if (events === undefined) return;
    const text = events.toString('utf8');
    let from = 0;
    for (let end = eventEnd(text, 0); end > 0; end = eventEnd(text, from)) {
      this.#readEvent(text, from, end);
      from = end;
    }
  }

  #readEvent(text: string, from: number, end: number): void {
    let data: string | undefined;
    let name = '';
    for (let at = from; at < end; ) {
      const feed = text.indexOf('\n', at);
      const stop = text.charCodeAt(feed - 1) === 0x0d ? feed - 1 : feed;
      if (text.startsWith('data:', at)) {
        const value = fieldValue(text, at + 5, stop);
        data = data === undefined ? value : `${data}\n${value}`;
      } else if (text.startsWith('event:', at)) {
        name = fieldValue(text, at + 6, stop);
      }
      at = feed + 1;
    }
    if (data !== undefined) this.#handle(data, name);
  }
}

function fieldValue(text: string, from: number, to: number): string {
  return text.slice(text.charCodeAt(from) === 0x20 ? from + 1 : from, to);
}
