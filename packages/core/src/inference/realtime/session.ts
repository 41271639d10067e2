import { Failure, isFailure } from '../../kernel/index.ts';
import {
  appendedBytes,
  eventIdOf,
  type RealtimeEvent,
  readChange,
  readEvent,
  readItemSize,
  responseIdOf,
  writeModels,
} from '../../protocols/index.ts';
import type { Delivery } from '../settle.ts';
import { Conversation } from './conversation.ts';
import type { Line, Outlets, RealtimeDeps } from './ports.ts';
import { Responses } from './responses.ts';
import { Transcripts } from './transcripts.ts';
import { Voice } from './voice.ts';

/** How long a cancelled response may take to tell its usage. */
const LAST_WORDS_MS = 3_000;

/** Whose doing the end of a session is. */
export type Ender =
  /** The client has left, or its time is over. */
  | 'client'
  /** The upstream has left, or has broken off. */
  | 'upstream'
  | 'lost'
  /** The server stops. */
  | 'server';

/** A promise only where there is something to wait for. */
type Handled = Promise<void> | undefined;

/**
 * One session: events come in on one side and leave on the other, and what costs is admitted before it
 * runs and charged before its end is shown. The caller waits for each event before it gives the next
 * one of the same side.
 */
export class RealtimeSession {
  readonly #line: Line;
  readonly #deps: RealtimeDeps;
  readonly #outlets: Outlets;
  readonly #voice: Voice;
  readonly #conversation = new Conversation();
  readonly #responses: Responses;
  readonly #transcripts: Transcripts;
  #isDraining = false;
  #onQuiet: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(line: Line, deps: RealtimeDeps, outlets: Outlets) {
    this.#line = line;
    this.#deps = deps;
    this.#outlets = outlets;
    this.#voice = new Voice(line, deps, outlets);
    this.#transcripts = new Transcripts(line, deps, this.#voice);
    this.#responses = new Responses({
      ...{ line, deps },
      conversation: this.#conversation,
      voice: this.#voice,
      onIdle: () => this.#idle(),
    });
  }

  /** Takes an event of the client; a promise only where the next one has to wait. Never rejects. */
  fromClient(bytes: Buffer): Handled {
    let event: RealtimeEvent | undefined;
    const refuse = (error: unknown): undefined =>
      this.#voice.refuse(error, event && eventIdOf(event));
    try {
      event = readEvent(bytes);
      const handled = this.#handleClient(event);
      return handled instanceof Promise ? handled.catch(refuse) : undefined;
    } catch (error) {
      return refuse(error);
    }
  }

  /** The same for an event of the upstream. */
  fromUpstream(bytes: Buffer): Handled {
    const fail = (error: unknown): undefined => {
      // What we cannot read costs nothing that we know of; the client may make something of it.
      if (isFailure(error)) this.#voice.showError(bytes);
      else this.#voice.fault(error);
      return undefined;
    };
    try {
      const handled = this.#handleUpstream(readEvent(bytes));
      return handled instanceof Promise ? handled.catch(fail) : undefined;
    } catch (error) {
      return fail(error);
    }
  }

  /** Tells the client why its session ends, in a code of the Realtime API. */
  tell(code: string, message: string): void {
    this.#voice.tell({ type: 'invalid_request_error', code, message, param: null });
  }

  /** Called now and then. */
  look(): void {
    this.#responses.sweep();
  }

  /** Begins no more responses; asks for the end as soon as none runs. */
  drain(): void {
    this.#isDraining = true;
    this.#responses.close(stopping());
    if (!this.#responses.isBusy) this.#outlets.end('stopping');
  }

  /**
   * Ends the session: running responses are stopped and charged by what they still tell of themselves,
   * else by what came of them. Resolves when every charge is durable.
   */
  close(ender: Ender): Promise<void> {
    if (isGone(ender)) this.#onQuiet?.();
    this.#closed ??= this.#close(ender);
    return this.#closed;
  }

  async #close(ender: Ender): Promise<void> {
    this.#responses.close(stopping());
    if (!isGone(ender) && this.#responses.isBusy) {
      this.#responses.cancelAll();
      await this.#quiet();
    }
    const outcome: Delivery['outcome'] = ender === 'client' ? 'aborted' : 'cut';
    await this.#responses.settleAll(outcome);
    this.#leave(ender);
  }

  #leave(ender: Ender): void {
    const { candidate } = this.#line;
    const fault = { kind: 'reset', message: 'The session broke off.' } as const;
    const provider = this.#deps.providers(candidate);
    candidate.ended(ender === 'lost' ? provider.judge({ fault }) : 'ok');
  }

  /** Resolves when nothing runs any more, when the upstream is gone, or when it takes too long. */
  async #quiet(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#deps.clock.after(LAST_WORDS_MS, resolve);
    this.#onQuiet = resolve;
    await promise;
    cancel();
  }

  #idle(): void {
    this.#onQuiet?.();
    if (this.#isDraining) this.#outlets.end('stopping');
  }

  #handleClient(event: RealtimeEvent): Handled {
    const conversation = this.#conversation;
    switch (event.type) {
      case 'session.update':
      case 'transcription_session.update':
        return this.#update(event);
      case 'response.create':
        return this.#responses.ask(event);
      case 'conversation.item.create':
        conversation.add(readItemSize(event, conversation.facts.inputRate));
        break;
      case 'input_audio_buffer.append': {
        const bytes = appendedBytes(event);
        conversation.hear(bytes);
        this.#transcripts.hear(bytes / conversation.facts.inputRate);
        break;
      }
      case 'input_audio_buffer.clear':
        this.#transcripts.cleared();
        break;
    }
    this.#voice.toUpstream(event.bytes);
    return undefined;
  }

  /** The models of a session are those that were admitted, whatever the client calls them. */
  async #update(event: RealtimeEvent): Promise<void> {
    const { facts, transcription } = readChange(event);
    if (transcription !== undefined) await this.#transcripts.choose(transcription);
    this.#conversation.asked(facts);
    const model = this.#line.candidate.upstreamModel;
    const names = { model, transcription: this.#transcripts.names?.upstreamName };
    this.#voice.toUpstream(writeModels(event, names));
  }

  #handleUpstream(event: RealtimeEvent): Handled {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
      case 'transcription_session.created':
      case 'transcription_session.updated':
        this.#updated(event);
        return undefined;
      case 'response.created':
        return this.#responses.created(event);
      case 'response.done':
        return this.#responses.done(event);
      case 'error':
        this.#responses.error(event);
        return undefined;
      case 'conversation.item.input_audio_transcription.completed':
        return this.#transcripts.completed(event);
      case 'conversation.item.input_audio_transcription.failed':
        this.#transcripts.failed(event);
        break;
      case 'input_audio_buffer.speech_started':
        this.#transcripts.speechBegan(event);
        break;
      case 'input_audio_buffer.speech_stopped':
        this.#transcripts.speechEnded(event);
        break;
      case 'input_audio_buffer.committed':
        this.#transcripts.committed(event);
        break;
    }
    const responseId = responseIdOf(event);
    if (responseId !== undefined) return this.#responses.part(event, responseId);
    this.#voice.show(event.bytes);
    return undefined;
  }

  /** The client sees the names that it has asked for, where the upstream has others. */
  #updated(event: RealtimeEvent): void {
    this.#conversation.confirmed(readChange(event).facts);
    const { knock, candidate } = this.#line;
    const { names } = this.#transcripts;
    const isRenamed = candidate.upstreamModel !== knock.model;
    const isSame = !isRenamed && names?.asked === names?.upstreamName;
    const model = isRenamed ? knock.model : undefined;
    const shown = isSame ? event.bytes : writeModels(event, { model, transcription: names?.asked });
    this.#voice.show(shown);
  }
}

function isGone(ender: Ender): boolean {
  return ender === 'upstream' || ender === 'lost';
}

function stopping(): Failure {
  return new Failure('service_unavailable', {
    message: 'The session ends; no further response can begin.',
    retryAfterSeconds: 1,
  });
}
