import { Failure } from '../../kernel/index.ts';
import {
  causeOf,
  eventIdOf,
  NO_SIZE,
  type RealtimeEvent,
  readAsk,
  readDelta,
  readTold,
  type ToldResponse,
  withoutCause,
  writeAsk,
} from '../../protocols/index.ts';
import type { Delivery } from '../settle.ts';
import { admitResponse, type ResponseWish } from './admit-response.ts';
import type { Conversation } from './conversation.ts';
import type { Line, RealtimeDeps } from './ports.ts';
import type { ResponseMeter } from './response-meter.ts';
import type { Voice } from './voice.ts';

/** Responses of one session at once, those included that are only asked for. */
const RESPONSES_MAX = 16;
/** An upstream that has not begun a response after this time will not. */
const BEGIN_MS_MAX = 30_000;

/** A response that the client has asked for and the upstream has not begun. */
interface Asked {
  readonly meter: ResponseMeter;
  readonly eventId: string;
  /** Whether the id is the client's own. */
  readonly isNamed: boolean;
  /** Monotonic milliseconds. */
  readonly atMs: number;
}

interface Running {
  readonly meter: ResponseMeter;
  /** Stopped for want of credit: nothing more of it is shown. */
  isCut: boolean;
}

/** What the responses of a session are made with. */
export interface ResponsesParts {
  readonly line: Line;
  readonly deps: RealtimeDeps;
  readonly conversation: Conversation;
  readonly voice: Voice;
  /** Called whenever the last one has ended. */
  readonly onIdle: () => void;
}

/** The responses of a session: each is admitted before it runs and charged before its end is shown. */
export class Responses {
  readonly #parts: ResponsesParts;
  readonly #asked: Asked[] = [];
  readonly #running = new Map<string, Running>();
  readonly #refused = new Set<string>();
  /** Those that are being admitted, and those that are being charged. */
  #between = 0;
  #isCancelled = false;
  /** Why no further response may begin. */
  #closed: Failure | undefined;

  constructor(parts: ResponsesParts) {
    this.#parts = parts;
  }

  /** Whether something runs or is still to be charged. */
  get isBusy(): boolean {
    return this.#count > 0;
  }

  get #count(): number {
    return this.#asked.length + this.#running.size + this.#between;
  }

  /** Lets no further response begin. */
  close(reason: Failure): void {
    this.#closed ??= reason;
  }

  /** The client asks for a response: on it goes once it is admitted. */
  async ask(event: RealtimeEvent): Promise<void> {
    const { conversation, voice, line, deps } = this.#parts;
    const given = eventIdOf(event);
    const { facts, size, isApart } = readAsk(event, conversation.facts.inputRate);
    const wish = { facts: { ...conversation.facts, ...facts }, size, mayBeBounded: true };
    const eventId = given ?? `event_${deps.newId()}`;
    try {
      await this.#admit(wish, (meter) => {
        const atMs = deps.clock.monotonic();
        this.#asked.push({ meter, eventId, isNamed: given !== undefined, atMs });
        if (!isApart) conversation.began();
        const { outputBound } = meter;
        voice.toUpstream(writeAsk(event, { eventId, outputBound, isBeta: line.knock.isBeta }));
      });
    } catch (error) {
      voice.refuse(error, given);
      this.#ended();
    }
  }

  /** The upstream has begun a response: one that was asked for, or one of its own accord. */
  async created(event: RealtimeEvent): Promise<void> {
    const { voice } = this.#parts;
    voice.show(event.bytes);
    await this.#begin(readTold(event));
  }

  /** Something of a response: shown unless the response is refused or has no credit left. */
  part(event: RealtimeEvent, id: string): Promise<void> | undefined {
    const running = this.#running.get(id);
    if (this.#refused.has(id) || running?.isCut) return undefined;
    const delta = running && readDelta(event);
    const isCovered = delta ? running.meter.generated(delta) : true;
    if (isCovered instanceof Promise) {
      return isCovered.then((later) => this.#pass(event, { id, running, isCovered: later }));
    }
    this.#pass(event, { id, running, isCovered });
    return undefined;
  }

  /** The end of a response: its charge is durable before the client sees it. */
  async done(event: RealtimeEvent): Promise<void> {
    const { voice, conversation } = this.#parts;
    const told = readTold(event);
    const isKnown = this.#refused.has(told.id) || this.#running.has(told.id);
    if (!isKnown) await this.#begin(told);
    const running = this.#running.get(told.id);
    this.#running.delete(told.id);
    this.#refused.delete(told.id);
    const outcome = outcomeOf(told, running?.isCut);
    if (running && !(await this.#finish(running.meter, told, outcome))) return;
    if (told.usage && !told.isApart) conversation.told(told.conversation, !this.isBusy);
    voice.show(event.bytes);
    this.#ended();
  }

  /** An error of the upstream; it may be the answer to a wish for a response. */
  error(event: RealtimeEvent): void {
    const { voice } = this.#parts;
    const cause = causeOf(event);
    if (voice.isOwn(cause)) return;
    const place = this.#asked.findIndex(({ eventId }) => eventId === cause);
    const [asked] = place < 0 ? [] : this.#asked.splice(place, 1);
    asked?.meter.release(true);
    voice.showError(asked && !asked.isNamed ? withoutCause(event) : event.bytes);
    if (asked) this.#ended();
  }

  /** Forgets wishes that the upstream has left unanswered. */
  sweep(): void {
    const { clock } = this.#parts.deps;
    while (this.#asked[0] && clock.monotonic() - this.#asked[0].atMs > BEGIN_MS_MAX) {
      this.#asked.shift()?.meter.release(true);
      this.#ended();
    }
  }

  /** Asks the upstream to stop everything, what it has not begun yet included. */
  cancelAll(): void {
    this.#isCancelled = true;
    for (const id of this.#running.keys()) this.#parts.voice.cancel(id);
  }

  /** Charges what has not come to its end by what came of it. */
  async settleAll(outcome: Delivery['outcome']): Promise<void> {
    for (const { meter } of this.#asked.splice(0)) meter.release(true);
    const meters = [...this.#running.values()].map(({ meter }) => meter);
    this.#running.clear();
    await Promise.all(meters.map((meter) => this.#finish(meter, undefined, outcome)));
    this.#ended();
  }

  /** Admits a response and keeps it; throws why not. */
  async #admit(wish: ResponseWish, keep: (meter: ResponseMeter) => void): Promise<void> {
    const { conversation, line, deps } = this.#parts;
    if (this.#closed) throw this.#closed;
    if (this.#count >= RESPONSES_MAX) throw tooMany();
    this.#between++;
    try {
      const meter = await admitResponse(wish, conversation, { line, deps });
      if (this.#closed) meter.release(false);
      else keep(meter);
    } finally {
      this.#between--;
    }
    if (this.#closed) throw this.#closed;
  }

  /** A response runs: one that was asked for, else one to be admitted now or stopped. */
  async #begin({ id, isApart }: ToldResponse): Promise<void> {
    const { conversation, voice } = this.#parts;
    const keep = (meter: ResponseMeter): void => {
      this.#running.set(id, { meter, isCut: false });
    };
    if (this.#running.has(id)) return;
    const asked = this.#asked.shift();
    if (asked) {
      keep(asked.meter);
      if (this.#isCancelled) voice.cancel(id);
      return;
    }
    try {
      await this.#admit({ facts: conversation.facts, size: NO_SIZE, mayBeBounded: false }, keep);
      if (!isApart) conversation.began();
      voice.paid();
    } catch (error) {
      this.#refused.add(id);
      voice.cancel(id);
      voice.refuseDone(error);
    }
  }

  #pass(
    event: RealtimeEvent,
    { id, running, isCovered }: { id: string; running: Running | undefined; isCovered: boolean },
  ): void {
    const { voice } = this.#parts;
    if (isCovered || !running) {
      voice.show(event.bytes);
      return;
    }
    running.isCut = true;
    voice.cancel(id);
    voice.refuse(outOfCredit(), undefined);
  }

  /** False when the charge could not be written. */
  async #finish(
    meter: ResponseMeter,
    told: ToldResponse | undefined,
    outcome: Delivery['outcome'],
  ): Promise<boolean> {
    this.#between++;
    try {
      await meter.finish(told?.usage, outcome);
      return true;
    } catch (error) {
      this.#parts.voice.fault(error);
      return false;
    } finally {
      this.#between--;
    }
  }

  #ended(): void {
    if (!this.isBusy) this.#parts.onIdle();
  }
}

function outcomeOf({ status }: ToldResponse, isCut = false): Delivery['outcome'] {
  if (isCut) return 'length';
  if (status === 'cancelled') return 'aborted';
  return status === 'failed' ? 'cut' : 'complete';
}

function tooMany(): Failure {
  return new Failure('rate_limit_exceeded', {
    message: `A session has ${RESPONSES_MAX} responses at once. Wait for one of them to end.`,
  });
}

function outOfCredit(): Failure {
  return new Failure('insufficient_balance', {
    message: 'The balance does not cover more of this response. It ends here.',
  });
}
