import { isUtf8 } from 'node:buffer';
import { Failure, invalid } from '../../kernel/index.ts';
import { MalformedJson, type ScannedObject, scanText } from './scan.ts';
import { readValue } from './value.ts';

/** A request's body and where its watched fields stand. */
export interface ScannedBody {
  /** The client's bytes; printed anew only where two readers might see different values. */
  readonly body: Buffer;
  readonly scanned: ScannedObject;
  /** The body as Latin-1 text: indices are byte offsets. */
  readonly text: string;
}

const MODEL_LENGTH_MAX = 256;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/** Scans a request body. Throws `invalid_json`. */
export function scanRequestBody(body: Buffer, watched: ReadonlySet<string>): ScannedBody {
  if (body.length === 0) {
    throw new Failure('invalid_json', {
      message: 'The request body is empty; send a JSON object.',
    });
  }
  if (!isUtf8(body)) {
    throw new Failure('invalid_json', { message: 'The request body is not valid UTF-8.' });
  }
  try {
    const text = body.toString('latin1');
    const scanned = scanText(text, watched);
    if (!scanned.isAmbiguous) return { body, scanned, text };
    const value = parsing((): unknown => JSON.parse(body.toString('utf8')));
    const printed = Buffer.from(JSON.stringify(value));
    const again = printed.toString('latin1');
    return { body: printed, scanned: scanText(again, watched), text: again };
  } catch (error) {
    if (error instanceof MalformedJson) {
      throw new Failure('invalid_json', {
        message: `The request body is not a valid JSON object: ${error.message}.`,
      });
    }
    throw error;
  }
}

/** The value of a watched field; undefined for an absent one and for null. Throws `invalid_json`. */
export function readField({ scanned, text }: ScannedBody, name: string): unknown {
  const span = scanned.fields.get(name);
  if (span === undefined) return undefined;
  return parsing(() => readValue(text, span)) ?? undefined;
}

/** Runs what parses a part of a body: the scan does not look into strings. Throws `invalid_json`. */
export function parsing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The engine's own message quotes the body, which may be anybody's secret.
    throw new Failure('invalid_json', { message: 'The request body is not valid JSON.' });
  }
}

/** Reads the name of a model. Throws `invalid_request`. */
export function readModelName(value: unknown): string {
  if (value === undefined) throw invalid('model', 'You must provide a model parameter.');
  if (typeof value !== 'string') throw invalid('model', "'model' must be a string.");
  if (value === '' || value.length > MODEL_LENGTH_MAX) {
    throw invalid('model', `'model' must have 1 to ${MODEL_LENGTH_MAX} characters.`);
  }
  // No model has them in its name, and databases refuse them in the record of the charge.
  if (CONTROL_CHARACTER.test(value) || !value.isWellFormed()) {
    throw invalid('model', "'model' must not have control characters.");
  }
  return value;
}

const USUAL_SERVICES: ReadonlySet<unknown> = new Set([undefined, 'auto', 'default', 'standard']);

/** Reads a service tier; undefined for the usual one. Throws `invalid_request`. */
export function readService(value: unknown): string | undefined {
  if (USUAL_SERVICES.has(value)) return undefined;
  if (typeof value === 'string' && value.length <= MODEL_LENGTH_MAX) return value;
  throw invalid('service_tier', "'service_tier' must be the name of a service tier.");
}

/** Reads a boolean, false where there is none. Throws `invalid_request`. */
export function readFlag(name: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw invalid(name, `'${name}' must be a boolean.`);
  return value;
}

/** Reads an integer from 1 to `max`. Throws `invalid_request`. */
export function readCount(name: string, value: unknown, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > max) {
    throw invalid(name, `'${name}' must be an integer from 1 to ${max}.`);
  }
  return value;
}

/** Reads a number from 0 to `max`. Throws `invalid_request`. */
export function readNumber(name: string, value: unknown, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || value < 0 || value > max) {
    throw invalid(name, `'${name}' must be a number from 0 to ${max}.`);
  }
  return value;
}

/** Reads what an answer ends before: a text or up to `max` of them. Throws `invalid_request`. */
export function readStops(name: string, value: unknown, max: number): readonly string[] {
  const stops: unknown[] = value === undefined ? [] : [value].flat();
  if (stops.length > max) throw invalid(name, `'${name}' may have up to ${max} sequences.`);
  if (stops.every((stop) => typeof stop === 'string')) return stops;
  throw invalid(name, `'${name}' must be a string or an array of strings.`);
}
