import type { WebSocket } from 'ws';

/** Bytes that wait for a peer beyond which the other side is read no further, and below which it is. */
const FULL_BYTES = 1024 * 1024;
const EMPTY_BYTES = 256 * 1024;
/** A peer that does not answer the end of a session is cut off after this time. */
const CLOSE_MS_MAX = 2_000;
/** A reason fits into a control frame. */
const REASON_BYTES_MAX = 123;
/** Codes that are told by nobody but stand for what happened. */
const NO_CODE = 1005;
const BROKEN_OFF = 1006;

/** How a peer has left. */
export interface Parting {
  readonly code: number;
  readonly reason: Buffer;
  /** Without a word. */
  readonly isBroken: boolean;
}

/** One side of a session: a WebSocket with the pressure that it exerts on the other side. */
export class Peer {
  readonly #socket: WebSocket;
  #whenEmpty: (() => void) | undefined;
  #isAnswered = true;
  #isPaused = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('pong', () => {
      this.#isAnswered = true;
    });
    socket.on('close', () => this.#emptied());
    // A broken connection is told by its close; without a listener the error would end the process.
    socket.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get isFull(): boolean {
    return this.isOpen && this.#socket.bufferedAmount > FULL_BYTES;
  }

  onMessage(take: (bytes: Buffer) => void): void {
    this.#socket.on('message', (data: Buffer) => take(data));
  }

  onClose(left: (parting: Parting) => void): void {
    this.#socket.on('close', (code, reason) =>
      left({ code, reason, isBroken: code === BROKEN_OFF }),
    );
  }

  /** Events are text, whatever they came as. */
  send(event: Buffer | string): void {
    if (this.isOpen) this.#socket.send(event, { binary: false }, this.#sent);
  }

  /** Calls back once when less waits, or when the peer is gone. */
  whenEmpty(callback: () => void): void {
    this.#whenEmpty = callback;
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    // What it did not answer while it was not listened to is no silence.
    this.#isAnswered = true;
    this.#socket.resume();
  }

  /** Asks for a sign of life; false when the last question has not been answered. */
  ping(): boolean {
    if (!this.isOpen || this.#isPaused) return true;
    if (!this.#isAnswered) return false;
    this.#isAnswered = false;
    this.#socket.ping();
    return true;
  }

  close(code: number, reason: string): void {
    if (this.#isPaused) this.resume();
    const late = setTimeout(() => this.#socket.terminate(), CLOSE_MS_MAX);
    this.#socket.once('close', () => clearTimeout(late));
    if (this.#socket.readyState === this.#socket.CLOSED) clearTimeout(late);
    this.#socket.close(isSendable(code) ? code : 1000, shortened(reason));
  }

  terminate(): void {
    this.#socket.terminate();
  }

  readonly #sent = (): void => {
    if (this.#whenEmpty && this.#socket.bufferedAmount < EMPTY_BYTES) this.#emptied();
  };

  #emptied(): void {
    const callback = this.#whenEmpty;
    this.#whenEmpty = undefined;
    callback?.();
  }
}

/** Whether a code may be sent: some only stand for what happened. */
function isSendable(code: number): boolean {
  if (code === NO_CODE || code === BROKEN_OFF || code === 1004 || code === 1015) return false;
  return (code >= 1000 && code <= 1014) || (code >= 3000 && code <= 4999);
}

function shortened(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= REASON_BYTES_MAX) return reason;
  return new TextDecoder('utf8')
    .decode(bytes.subarray(0, REASON_BYTES_MAX))
    .replace(/\uFFFD+$/, '');
}
