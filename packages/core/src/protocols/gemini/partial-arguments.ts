import { type Fields, fieldsOf, listOf } from '../json/values.ts';

/** Steps of a path into the arguments. */
const PATH_STEPS_MAX = 64;
/** Elements of an array that is put together. */
const INDEX_MAX = 10_000;

const STEP = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/g;

type Container = Record<string | number, unknown>;

function stepsOf(path: string): readonly (string | number)[] {
  const steps = [...path.matchAll(STEP)].slice(0, PATH_STEPS_MAX);
  return steps.map(([, name, index, single, double]) =>
    index === undefined ? (name ?? single ?? double ?? '') : Math.min(Number(index), INDEX_MAX),
  );
}

function valueIn(piece: Fields): unknown {
  if (piece.stringValue !== undefined) return piece.stringValue;
  if (piece.numberValue !== undefined) return piece.numberValue;
  if (piece.boolValue !== undefined) return piece.boolValue;
  return piece.nullValue === undefined ? undefined : null;
}

/** Arguments of a call that Vertex AI streams value by value, each at its JSON path. */
export class PartialArguments {
  readonly #root: Container = {};

  /** Takes the `partialArgs` of one chunk. */
  take(pieces: unknown): void {
    for (const piece of listOf(pieces)) {
      const fields = fieldsOf(piece);
      const value = valueIn(fields);
      if (typeof fields.jsonPath === 'string' && value !== undefined) {
        this.#set(stepsOf(fields.jsonPath), value);
      }
    }
  }

  /** The arguments so far as JSON text. */
  toString(): string {
    return JSON.stringify(this.#root);
  }

  #set(steps: readonly (string | number)[], value: unknown): void {
    let at = this.#root;
    for (const [depth, step] of steps.slice(0, -1).entries()) {
      const inside = Object.hasOwn(at, step) ? at[step] : undefined;
      const next =
        typeof inside === 'object' && inside !== null ? inside : emptyFor(steps[depth + 1]);
      define(at, step, next);
      at = next as Container;
    }
    const last = steps.at(-1);
    if (last === undefined) return;
    const before = Object.hasOwn(at, last) ? at[last] : undefined;
    const isContinued = typeof before === 'string' && typeof value === 'string';
    define(at, last, isContinued ? before + value : value);
  }
}

function emptyFor(step: string | number | undefined): object {
  return typeof step === 'number' ? [] : {};
}

/** Also for names like `__proto__`, which plain assignment would take for something else. */
function define(at: Container, step: string | number, value: unknown): void {
  Object.defineProperty(at, step, { value, writable: true, enumerable: true, configurable: true });
}
