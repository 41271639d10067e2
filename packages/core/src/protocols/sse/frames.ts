import { BrokenStream } from '../dialect.ts';
import { EVENT_BYTES_MAX } from './events.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** As much of a blank line as can lie on one side of a cut: `\n\r`. */
const SEAM_BYTES = 2;
const FIRST_BYTES = 1024;
/** Room that is kept for the next event. */
const KEPT_BYTES_MAX = 256 * 1024;

const NOTHING = Buffer.alloc(0);
const BLANK_LINE = Buffer.from('\n\n');

/** The index after the last blank line; -1 when there is none. */
function lastBlankLine(bytes: Buffer): number {
  let at = bytes.lastIndexOf(LINE_FEED);
  while (at > 0) {
    const before = bytes[at - 1];
    if (before === LINE_FEED) return at + 1;
    if (before === CARRIAGE_RETURN && bytes[at - 2] === LINE_FEED) return at + 1;
    at = bytes.lastIndexOf(LINE_FEED, at - 1);
  }
  return -1;
}

/**
 * Cuts a stream of server-sent events, which comes in pieces of any size, into runs of whole events.
 * What is kept for the next piece is a copy: a slice would keep the whole network chunk alive.
 */
export class WholeEvents {
  #kept = NOTHING;
  #length = 0;

  /** The events that are whole with this piece, as one run; undefined while there is none. */
  push(piece: Buffer): Buffer | undefined {
    const end = this.#endIn(piece);
    if (end < 0) {
      this.#keep(piece);
      return undefined;
    }
    const run = end === piece.length ? piece : piece.subarray(0, end);
    const whole = this.#length === 0 ? run : Buffer.concat([this.#pending(), run]);
    this.#length = 0;
    // What one picture needed is not kept for all the words behind it.
    if (this.#kept.length > KEPT_BYTES_MAX) this.#kept = NOTHING;
    this.#keep(piece.subarray(end));
    return whole;
  }

  /** What has come without its blank line, ended by one; undefined when there is nothing. */
  end(): Buffer | undefined {
    return this.#length === 0 ? undefined : this.push(BLANK_LINE);
  }

  /** Where the last whole event ends in the piece; its blank line may have begun before it. */
  #endIn(piece: Buffer): number {
    const end = lastBlankLine(piece);
    if (end >= 0 || this.#length === 0) return end;
    const before = this.#pending().subarray(-SEAM_BYTES);
    const seam = lastBlankLine(Buffer.concat([before, piece.subarray(0, SEAM_BYTES)]));
    return seam > before.length ? seam - before.length : -1;
  }

  #pending(): Buffer {
    return this.#kept.subarray(0, this.#length);
  }

  #keep(rest: Buffer): void {
    const length = this.#length + rest.length;
    if (length > EVENT_BYTES_MAX) throw new BrokenStream('An event is too large.');
    if (length > this.#kept.length) {
      const grown = Buffer.allocUnsafe(Math.max(FIRST_BYTES, 2 * length));
      this.#kept.copy(grown, 0, 0, this.#length);
      this.#kept = grown;
    }
    rest.copy(this.#kept, this.#length);
    this.#length = length;
  }
}
