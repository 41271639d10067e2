/** Base64 characters that stand for whole bytes on their own. */
const GROUP_CHARS = 4;
const GROUP_BYTES = 3;

/**
 * Joins pieces of base64, each padded on its own or cut anywhere, so that what it gives is valid both
 * piece by piece and put together.
 */
export class Base64Joiner {
  /** Characters that are no whole group yet. */
  #chars = '';
  /** Bytes behind a padded piece that are no whole group yet. */
  #bytes = Buffer.alloc(0);

  /** As much as is whole with this piece. */
  push(piece: string): string {
    const text = this.#chars + piece;
    const isPadded = text.endsWith('=');
    const end = isPadded ? text.length : text.length - (text.length % GROUP_CHARS);
    this.#chars = text.slice(end);
    if (this.#bytes.length === 0 && !isPadded) return text.slice(0, end);
    const bytes = Buffer.concat([this.#bytes, Buffer.from(text.slice(0, end), 'base64')]);
    const whole = bytes.length - (bytes.length % GROUP_BYTES);
    this.#bytes = Buffer.from(bytes.subarray(whole));
    return bytes.toString('base64', 0, whole);
  }

  /** What is left, padded; empty when nothing is. */
  end(): string {
    const rest = Buffer.concat([this.#bytes, Buffer.from(this.#chars, 'base64')]);
    this.#chars = '';
    this.#bytes = Buffer.alloc(0);
    return rest.toString('base64');
  }
}
