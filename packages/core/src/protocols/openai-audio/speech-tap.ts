import { bytesPerSecond } from '../audio-length/index.ts';
import type { Pieces, ReadUsage, StreamTap } from '../dialect.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import type { SpeechPiece, SpeechReader } from './audio-events.ts';
import type { AudioSink } from './audio-sinks.ts';
import type { SpeechCall } from './speech-decode.ts';

/** Where a stream of speech comes from and goes to. */
export interface SpeechRoute {
  readonly reader: SpeechReader;
  readonly sink: AudioSink;
  /** What the upstream's audio claims to be. */
  readonly audioType: string;
}

const NOTHING = Buffer.alloc(0);

/**
 * Passes speech on piece by piece. The last piece that came is kept back, until the next one comes or
 * the charge is durable.
 */
export class SpeechTap implements StreamTap {
  readonly #call: SpeechCall;
  readonly #route: SpeechRoute;
  #held: Buffer | undefined;
  #bytes = 0;
  #bytesPerSecond: number | undefined;
  #told: ReadUsage | undefined;
  isCommitted = false;
  isDone = false;
  error: unknown;
  readonly tokensLikely = 0;

  constructor(call: SpeechCall, route: SpeechRoute) {
    this.#call = call;
    this.#route = route;
  }

  get contentType(): string | undefined {
    return this.#route.sink.contentType;
  }

  get isComplete(): boolean {
    return this.isDone && this.error === undefined && this.#bytes > 0;
  }

  get usage(): ReadUsage {
    const { usage = NO_USAGE, isSuspicious = false } = this.#told ?? {};
    return { usage, isSuspicious, pieces: this.#pieces };
  }

  push(chunk: Buffer): Buffer | undefined {
    return this.#take(this.#route.reader.push(chunk));
  }

  end(): Buffer | undefined {
    return this.#take(this.#route.reader.end());
  }

  takeTail(): Buffer {
    const held = this.#held ?? NOTHING;
    this.#held = undefined;
    if (!this.isComplete) return held;
    const last = this.#route.sink.end(this.#told);
    return last.length === 0 ? held : Buffer.concat([held, last]);
  }

  generated(): { text: string; factor: number } {
    return { text: '', factor: 1 };
  }

  endForLength(): Buffer {
    return this.takeTail();
  }

  #take(pieces: readonly SpeechPiece[]): Buffer | undefined {
    let out: Buffer | undefined;
    for (const { audio, usage, error, isEnd = false } of pieces) {
      this.#told = usage ?? this.#told;
      this.error ??= error;
      if (isEnd) this.isDone = true;
      if (audio === undefined || audio.length === 0) continue;
      if (this.#bytes === 0) {
        this.#bytesPerSecond = bytesPerSecond(audio, this.#route.audioType);
      }
      this.#bytes += audio.length;
      const freed = this.#held;
      this.#held = this.#route.sink.write(audio);
      if (freed) out = out ? Buffer.concat([out, freed]) : freed;
    }
    if (out) this.isCommitted = true;
    return out;
  }

  /** Speech is paid by its characters even where it is cut: that is how vendors count them. */
  get #pieces(): Pieces {
    const { characters } = this.#call;
    if (this.#bytesPerSecond === undefined) return { character: characters };
    return { character: characters, second: Math.ceil(this.#bytes / this.#bytesPerSecond) };
  }
}
