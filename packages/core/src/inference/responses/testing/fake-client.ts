// A client of the Responses API that remembers what it got.
import type { Responder } from '../../ports.ts';

export class FakeClient implements Responder {
  status = 0;
  text = '';
  isGone = false;
  isBegun = false;
  isEnded = false;
  isSlow = false;
  #gone: () => void = () => undefined;
  #drain: () => void = () => undefined;

  onGone(callback: () => void): void {
    this.#gone = callback;
  }

  onDrain(callback: () => void): void {
    this.#drain = callback;
  }

  send(status: number, _headers: readonly string[], body: Buffer): void {
    this.status = status;
    this.text = body.toString();
    this.isEnded = true;
  }

  begin(status: number): void {
    this.status = status;
    this.isBegun = true;
  }

  write(bytes: Buffer): boolean {
    this.text += bytes.toString();
    return !this.isSlow;
  }

  end(bytes: Buffer): void {
    this.text += bytes.toString();
    this.isEnded = true;
  }

  breakOff(bytes: Buffer): void {
    this.end(bytes);
  }

  hangUp(): void {
    this.isGone = true;
    this.#gone();
  }

  catchUp(): void {
    this.isSlow = false;
    this.#drain();
  }

  /** What it got, as JSON. */
  get body(): Record<string, unknown> {
    return JSON.parse(this.text) as Record<string, unknown>;
  }
}

/** Lets everything that waits for nothing but its turn happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
