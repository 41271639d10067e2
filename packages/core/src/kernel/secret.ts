const REDACTED = '[secret]';

/**
 * A secret that cannot leak by accident: printing, logging, inspecting or serialising it shows a
 * placeholder. Only `reveal()` gives the text, and its callers are few enough to review.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
