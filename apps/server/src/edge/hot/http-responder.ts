import type { ServerResponse } from 'node:http';
import type { Responder, ResponseHeaders } from '@meridian/core/inference';

const ignore = (): void => undefined;

/** The client's side of an answer, on Node's response. */
export class HttpResponder implements Responder {
  readonly #response: ServerResponse;
  readonly #headers: ResponseHeaders;
  #onGone: (() => void) | undefined;
  #onDrain: (() => void) | undefined;
  #isEnded = false;
  isGone: boolean;

  /** `headers` go with every answer: request id, CORS. */
  constructor(response: ServerResponse, headers: ResponseHeaders) {
    this.#response = response;
    this.isGone = response.destroyed;
    this.#headers = headers;
    response.on('close', () => this.#closed());
    // A broken connection is told by `close`; without a listener the error would end the process.
    response.on('error', ignore);
  }

  get isBegun(): boolean {
    return this.#response.headersSent;
  }

  onGone(callback: () => void): void {
    this.#onGone = callback;
  }

  onDrain(callback: () => void): void {
    if (this.#onDrain === undefined) this.#response.on('drain', () => this.#onDrain?.());
    this.#onDrain = callback;
  }

  send(status: number, headers: ResponseHeaders, body: Buffer): void {
    this.#isEnded = true;
    if (this.isGone) return;
    const all = this.#headers.concat(headers);
    all.push('content-length', String(body.length));
    this.#response.writeHead(status, all);
    this.#response.end(body);
  }

  begin(status: number, headers: ResponseHeaders): void {
    if (!this.isGone) this.#response.writeHead(status, [...this.#headers, ...headers]);
  }

  /** True for a client that is gone: there will be no drain to wait for. */
  write(bytes: Buffer): boolean {
    return this.isGone || this.#response.write(bytes);
  }

  end(bytes: Buffer): void {
    this.#isEnded = true;
    if (this.isGone) return;
    if (bytes.length > 0) this.#response.end(bytes);
    else this.#response.end();
  }

  /** The connection ends without the last chunk of the body. */
  breakOff(bytes: Buffer): void {
    this.#isEnded = true;
    if (this.isGone) return;
    this.#response.write(bytes, () => this.#response.destroy());
  }

  #closed(): void {
    if (this.#isEnded && this.#response.writableFinished) return;
    this.isGone = true;
    if (!this.#isEnded) this.#onGone?.();
  }
}
