import { permit } from '../../admission/index.ts';
import { isFailure } from '../../kernel/index.ts';
import { charge, type Price } from '../../metering/index.ts';
import {
  type Call,
  NO_USAGE,
  type ReadUsage,
  type RealtimeEvent,
  readSpeechMark,
  readTranscript,
} from '../../protocols/index.ts';
import type { Candidate, RoutePlan } from '../../routing/index.ts';
import { type CountedUsage, fromProvider, isMetered, withPieces } from '../count-usage.ts';
import type { Metered } from '../flight.ts';
import { isRefusal, refusalFailure } from '../place-hold.ts';
import type { Caller } from '../ports.ts';
import { type Delivery, settle } from '../settle.ts';
import { callOf } from './admit-response.ts';
import type { Line, RealtimeDeps } from './ports.ts';
import type { Voice } from './voice.ts';

/** Pieces of speech whose transcripts may be under way at once. */
const PIECES_MAX = 64;
/** OpenAI's models hear a token in each tenth of a second. */
const HEARD_TOKENS_PER_SECOND = 10;
const MS_PER_SECOND = 1_000;

/** Who writes down what is heard. */
interface Transcriber extends Pick<Candidate, 'model' | 'price'> {
  /** As the client wrote it, and as the upstream knows it. */
  readonly asked: string;
  readonly upstreamName: string;
}

/** What is heard in a session, written down: each transcript is charged before it is shown. */
export class Transcripts {
  readonly #line: Line;
  readonly #deps: RealtimeDeps;
  readonly #voice: Voice;
  #transcriber: Transcriber | undefined;
  /** Where the speech of an item began, in milliseconds. */
  readonly #began = new Map<string, number>();
  /** Seconds of speech by item. */
  readonly #seconds = new Map<string, number>();
  /** Seconds of audio that are not committed yet. */
  #uncommitted = 0;

  constructor(line: Line, deps: RealtimeDeps, voice: Voice) {
    this.#line = line;
    this.#deps = deps;
    this.#voice = voice;
  }

  /** The names of the model that transcribes; undefined while none does. */
  get names(): Pick<Transcriber, 'asked' | 'upstreamName'> | undefined {
    return this.#transcriber;
  }

  /** The client chooses who transcribes, null for nobody. Throws where it may not have the model. */
  async choose(model: string | null): Promise<void> {
    if (model === null) {
      this.#transcriber = undefined;
      return;
    }
    const { routing } = await this.#line.knock.callerNow();
    const plan = this.#deps.router.plan({ policy: routing, model });
    if (isFailure(plan)) throw plan;
    this.#transcriber = this.#atUpstream(plan);
  }

  hear(seconds: number): void {
    this.#uncommitted += seconds;
  }

  cleared(): void {
    this.#uncommitted = 0;
  }

  speechBegan(event: RealtimeEvent): void {
    const { itemId, atMs } = readSpeechMark(event);
    if (atMs !== undefined) remember(this.#began, itemId, atMs);
  }

  speechEnded(event: RealtimeEvent): void {
    const { itemId, atMs } = readSpeechMark(event);
    const began = this.#began.get(itemId);
    this.#began.delete(itemId);
    if (atMs === undefined || began === undefined) return;
    remember(this.#seconds, itemId, Math.max(0, atMs - began) / MS_PER_SECOND);
  }

  /** An item is to be transcribed: what was marked as speech, else everything that was sent. */
  committed(event: RealtimeEvent): void {
    const { itemId } = readSpeechMark(event);
    if (!this.#seconds.has(itemId)) remember(this.#seconds, itemId, this.#uncommitted);
    this.#uncommitted = 0;
  }

  failed(event: RealtimeEvent): void {
    this.#seconds.delete(readSpeechMark(event).itemId);
  }

  /** A transcript is there: shown as soon as its charge is durable, or not at all. */
  async completed(event: RealtimeEvent): Promise<void> {
    const { itemId, usage, text } = readTranscript(event);
    const seconds = Math.ceil(this.#seconds.get(itemId) ?? 0);
    this.#seconds.delete(itemId);
    const by = this.#transcriber ?? this.#ownModel();
    try {
      const caller = await this.#line.knock.callerNow();
      const forbidden = permit(caller.permits, this.#line.knock.arrival);
      if (forbidden) throw forbidden;
      const flight = this.#flight(caller, by, seconds);
      const counted = count({ usage, text }, flight.call, by.price);
      await this.#charge(flight, by, counted);
      this.#voice.paid();
      this.#voice.show(event.bytes);
    } catch (error) {
      if (isFailure(error)) this.#voice.refuseDone(error);
      else this.#voice.fault(error);
    }
  }

  /** The price at the session's own key; where it is not among the keys of the model, the dearest. */
  #atUpstream(plan: RoutePlan): Transcriber {
    const { candidate } = this.#line;
    const { key } = candidate;
    const { requested, resolved, spelled } = plan;
    let price = plan.dearest(
      ({ rates, unit }) => (rates.inputAudio ?? rates.input ?? 0n) + (unit ?? 0n),
    );
    for (let other = plan.next(); other; other = plan.next()) {
      if (other.key.id === key.id && other.key.name === key.name) price = other.price;
    }
    const provider = this.#deps.providers(candidate);
    const upstreamName = provider.upstreamModel(key, resolved, spelled);
    return { asked: requested, upstreamName, model: resolved, price };
  }

  /** The session's own model, should one transcribe that nobody chose. */
  #ownModel(): Transcriber {
    const { knock, candidate } = this.#line;
    const { model, price, upstreamModel } = candidate;
    return { asked: knock.model, upstreamName: upstreamModel, model, price };
  }

  #flight(caller: Caller, { asked }: Transcriber, seconds: number): Metered {
    const { clock, newId } = this.#deps;
    const { arrival } = this.#line.knock;
    const second = { second: seconds };
    return {
      arrival: { ...arrival, caller, requestId: newId(), receivedAt: clock.now() },
      call: {
        ...callOf(asked, undefined),
        mediaTokens: { inputAudio: seconds * HEARD_TOKENS_PER_SECOND },
        pieces: { max: seconds, likely: seconds, by: { max: second, likely: second } },
      },
      attempts: 1,
      startedAt: clock.monotonic(),
      firstByteAt: undefined,
      claim: undefined,
      hold: undefined,
    };
  }

  /** Holds exactly what it costs and charges it. Throws where the balance does not cover it. */
  async #charge(flight: Metered, by: Transcriber, counted: CountedUsage): Promise<void> {
    const { ledger, settlement, reporter } = this.#deps;
    const { payer, factor } = flight.arrival.caller;
    const { cost } = charge(counted.usage, by.price, factor);
    const hold = await ledger.hold(payer, cost);
    if (isRefusal(hold)) throw refusalFailure(hold, { outputTokensMax: 0 });
    flight.hold = hold;
    const { key } = this.#line.candidate;
    const delivery: Delivery = { candidate: { ...by, key }, counted, outcome: 'complete' };
    const settled = settle(flight, delivery, settlement);
    await settled.isDurable;
    reporter.charged(flight, settled.record, settled.isSuspicious);
  }
}

/** What the upstream tells where the price meters that; else what was measured here. */
function count(
  { usage, text }: { readonly usage: ReadUsage; readonly text: string },
  call: Call,
  price: Price,
): CountedUsage {
  if (isMetered(usage, call, price)) {
    return withPieces(fromProvider(usage, 'provider'), call, price);
  }
  const output = Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN_LIKELY);
  const estimated = { ...NO_USAGE, ...call.mediaTokens, output };
  const counted = { usage: estimated, source: 'estimate', isSuspicious: false } as const;
  return withPieces({ ...counted, pieces: usage.pieces }, call, price);
}

const BYTES_PER_TOKEN_LIKELY = 4;

function remember(map: Map<string, number>, itemId: string, value: number): void {
  const [oldest] = map.keys();
  if (map.size >= PIECES_MAX && oldest !== undefined) map.delete(oldest);
  map.set(itemId, value);
}
