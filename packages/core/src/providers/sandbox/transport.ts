import type { Clock } from '../../kernel/index.ts';
import type { HeaderLookup, Transport, UpstreamListener, UpstreamRequest } from '../transport.ts';
import { answer } from './answer.ts';
import { CHAT_PATH, SANDBOX_ORIGIN } from './endpoint.ts';
import { answerMedia, MEDIA, type MediaRequest } from './media.ts';
import { CONTEXT_TOKENS } from './quirks.ts';
import { answerReading, READINGS } from './reading.ts';
import { refuse, WireRefusal } from './refusal.ts';
import { readRequest, type SandboxRequest } from './request.ts';
import { UnmetSchema } from './schema-instance.ts';
import { completionBody, completionEvents } from './wire.ts';

/** What the sandbox runs on. */
export interface SandboxDeps {
  readonly clock: Clock;
  /** Calls back in a later turn of the event loop; pieces of an answer go out one per turn. */
  readonly soon: (callback: () => void) => void;
}

/** The sandbox's own transport: no network, but the same protocol as an upstream's. */
export function createSandboxTransport({ clock, soon }: SandboxDeps): Transport {
  let sent = 0;
  return {
    send(request, listener) {
      const created = Math.floor(clock.now() / 1000);
      const id = `chatcmpl-sandbox-${created.toString(36)}-${(sent++).toString(36)}`;
      const script = scriptOf(request, { id, created });
      const exchange = new SandboxExchange(script, listener, { clock, soon });
      exchange.start();
      return exchange;
    },
  };
}

/** A reply that is about to be played. */
interface Script {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: Iterator<Buffer>;
  /** Wait before each piece, milliseconds. */
  readonly delayMs: number;
}

function scriptOf(
  { origin, path, method, body, form }: UpstreamRequest,
  stamp: { readonly id: string; readonly created: number },
): Script {
  const isKnown = path === CHAT_PATH || READINGS.has(path) || MEDIA.has(path);
  if (origin !== SANDBOX_ORIGIN || !isKnown || method !== 'POST') {
    return refusalScript(new WireRefusal(404, null, `The sandbox has no ${method} ${path}.`));
  }
  if (READINGS.has(path)) return readingScript(path, body);
  if (path !== CHAT_PATH) return mediaScript(path, { body, form, created: stamp.created });
  const request = readRequest(body);
  if (request instanceof WireRefusal) return refusalScript(request);
  const made = answerWithin(request);
  if (made instanceof WireRefusal) return refusalScript(made);
  const { delayMs } = request;
  if (request.isStream) {
    const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
    return { status: 200, headers, pieces: completionEvents(request, made, stamp), delayMs };
  }
  return wholeScript(200, completionBody(request, made, stamp), delayMs);
}

function readingScript(path: string, body: Buffer): Script {
  const answer = answerReading(path, body);
  if (answer instanceof WireRefusal) return refusalScript(answer);
  return wholeScript(200, Buffer.from(JSON.stringify(answer)), 0);
}

function mediaScript(path: string, request: MediaRequest): Script {
  const answer = answerMedia(path, request);
  if (answer instanceof WireRefusal) return refusalScript(answer);
  const headers = { 'content-type': answer.contentType };
  return { status: 200, headers, pieces: answer.pieces[Symbol.iterator](), delayMs: 0 };
}

function answerWithin(request: SandboxRequest) {
  try {
    const made = answer(request);
    if (made.promptTokens <= CONTEXT_TOKENS) return made;
    const message = `The messages have ${made.promptTokens} tokens; at most ${CONTEXT_TOKENS} fit.`;
    return refuse('context_length_exceeded', 'messages', message);
  } catch (error) {
    if (!(error instanceof UnmetSchema)) throw error;
    const message = 'The sandbox cannot make a value that this JSON Schema accepts.';
    const param = request.format.schema === undefined ? 'tools' : 'response_format';
    return refuse('invalid_json_schema', param, message);
  }
}

function refusalScript(refusal: WireRefusal): Script {
  return wholeScript(refusal.status, refusal.body(), 0);
}

function wholeScript(status: number, body: Buffer, delayMs: number): Script {
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
  return { status, headers, pieces: [body].values(), delayMs };
}

class SandboxExchange {
  readonly #script: Script;
  readonly #listener: UpstreamListener;
  readonly #deps: SandboxDeps;
  #isPaused = false;
  #isOver = false;
  #isWaiting = false;

  constructor(script: Script, listener: UpstreamListener, deps: SandboxDeps) {
    this.#script = script;
    this.#listener = listener;
    this.#deps = deps;
  }

  start(): void {
    this.#deps.soon(() => {
      if (this.#isOver) return;
      const headers: HeaderLookup = (name) => this.#script.headers[name];
      this.#listener.onHead(this.#script.status, headers);
      this.#next();
    });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#next();
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deps.soon(() =>
      this.#listener.onFault({ kind: 'aborted', message: 'The caller gave up.' }),
    );
  }

  /** Arranges for one piece; at most one is under way, however often the reader resumes. */
  #next(): void {
    if (this.#isWaiting || this.#isPaused || this.#isOver) return;
    this.#isWaiting = true;
    const deliver = (): void => {
      this.#isWaiting = false;
      this.#deliver();
    };
    if (this.#script.delayMs > 0) this.#deps.clock.after(this.#script.delayMs, deliver);
    else this.#deps.soon(deliver);
  }

  #deliver(): void {
    if (this.#isPaused || this.#isOver) return;
    const { done, value } = this.#script.pieces.next();
    if (done) {
      this.#isOver = true;
      this.#listener.onEnd();
      return;
    }
    this.#listener.onData(value);
    this.#next();
  }
}
