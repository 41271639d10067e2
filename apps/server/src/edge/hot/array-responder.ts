import type { Responder, ResponseHeaders } from '@meridian/core/inference';
import { createArrayFraming } from '@meridian/core/protocols';

/** Passes an answer on, with the events of a stream as the elements of a JSON array. */
export class ArrayResponder implements Responder {
  readonly #inner: Responder;
  readonly #framing = createArrayFraming();

  constructor(inner: Responder) {
    this.#inner = inner;
  }

  get isGone(): boolean {
    return this.#inner.isGone;
  }

  get isBegun(): boolean {
    return this.#inner.isBegun;
  }

  onGone(callback: () => void): void {
    this.#inner.onGone(callback);
  }

  onDrain(callback: () => void): void {
    this.#inner.onDrain(callback);
  }

  send(status: number, headers: ResponseHeaders, body: Buffer): void {
    this.#inner.send(status, headers, body);
  }

  begin(status: number, headers: ResponseHeaders): void {
    const list = [...headers];
    const type = list.indexOf('content-type');
    if (type >= 0) list[type + 1] = 'application/json; charset=utf-8';
    this.#inner.begin(status, list);
  }

  write(bytes: Buffer): boolean {
    const elements = this.#framing.write(bytes);
    return elements.length === 0 || this.#inner.write(elements);
  }

  end(bytes: Buffer): void {
    this.#inner.end(this.#framing.end(bytes));
  }

  breakOff(bytes: Buffer): void {
    this.#inner.breakOff(this.#framing.write(bytes));
  }
}
