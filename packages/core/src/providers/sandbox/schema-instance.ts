import { TEXT_CHARS_MAX, textInstance } from './text-instance.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The deepest nesting of an instance, and the most values in it. */
const DEPTH_MAX = 32;
const VALUES_MAX = 5_000;

/** Thrown where a schema cannot be met within the bounds. */
export class UnmetSchema extends Error {}

/**
 * A deterministic value that a JSON Schema accepts: required properties, first alternatives, the
 * smallest sizes. `hint` is the text for free strings. Throws `UnmetSchema` for a schema that asks
 * for too much or for a value that contains itself.
 */
export function schemaInstance(schema: unknown, hint: string): unknown {
  return new InstanceMaker(schema, hint).make(schema, 0);
}

class InstanceMaker {
  readonly #root: unknown;
  readonly #hint: string;
  readonly #leadsOn = new WeakMap<object, boolean>();
  #values = 0;

  constructor(root: unknown, hint: string) {
    this.#root = root;
    this.#hint = hint;
  }

  make(given: unknown, depth: number): unknown {
    if (depth > DEPTH_MAX || ++this.#values > VALUES_MAX) throw new UnmetSchema();
    const schema = this.#flatten(given, depth);
    if ('const' in schema) return schema.const;
    if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0];
    const branches = branchesOf(schema);
    if (branches.length > 0) return this.#firstOf(branches, depth);
    return this.#ofType(typeOf(schema), schema, depth);
  }

  /** The first alternative that can be met; a recursive one fails by its depth. */
  #firstOf(branches: readonly unknown[], depth: number): unknown {
    const cost = (branch: unknown): number => Number(this.#refersOn(branch));
    const byCost = branches.toSorted((a, b) => cost(a) - cost(b));
    for (const branch of byCost) {
      try {
        return this.make(branch, depth + 1);
      } catch (error) {
        if (!(error instanceof UnmetSchema) || this.#values > VALUES_MAX) throw error;
      }
    }
    throw new UnmetSchema();
  }

  #ofType(type: string, schema: Schema, depth: number): unknown {
    switch (type) {
      case 'null':
        return null;
      case 'boolean':
        return true;
      case 'integer':
        return numberInstance(schema, true);
      case 'number':
        return numberInstance(schema, false);
      case 'array':
        return this.#array(schema, depth);
      case 'object':
        return this.#object(schema, depth);
      default:
        return textInstance(schema, this.#hint);
    }
  }

  #array(schema: Schema, depth: number): unknown[] {
    const fixed = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
    const least = sizeOf(schema.minItems, schema.maxItems === 0 ? 0 : 1);
    if (least > VALUES_MAX) throw new UnmetSchema();
    const length = Math.max(fixed.length, Math.min(least, sizeOf(schema.maxItems, least)));
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) {
      const item = this.make(fixed[i] ?? schema.items ?? {}, depth + 1);
      items.push(schema.uniqueItems === true ? varied(item, i, schema.items) : item);
    }
    return items;
  }

  #object(schema: Schema, depth: number): Record<string, unknown> {
    const properties = isSchema(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
    const names = required.length > 0 ? required : this.#optional(properties);
    const value: Record<string, unknown> = {};
    for (const name of names) {
      const property = Object.hasOwn(properties, name) ? properties[name] : anyOther(schema);
      define(value, name, this.make(property, depth + 1));
    }
    const least = sizeOf(schema.minProperties, 0);
    if (least > VALUES_MAX) throw new UnmetSchema();
    const spare = Object.keys(properties).filter((name) => !Object.hasOwn(value, name));
    for (let i = 1; Object.keys(value).length < least; i++) {
      const name = spare.shift() ?? `sandbox_${i}`;
      define(value, name, this.make(properties[name] ?? anyOther(schema), depth + 1));
    }
    return value;
  }

  /** Without required properties all are given, but those that lead on without end. */
  #optional(properties: Schema): string[] {
    return Object.keys(properties).filter((name) => !this.#refersOn(properties[name]));
  }

  #refersOn(schema: unknown): boolean {
    if (!isSchema(schema)) return false;
    const known = this.#leadsOn.get(schema);
    if (known !== undefined) return known;
    const leads = JSON.stringify(schema).includes('"$ref"');
    this.#leadsOn.set(schema, leads);
    return leads;
  }

  /** References followed and `allOf` folded in. */
  #flatten(given: unknown, depth: number): Schema {
    if (given === false) throw new UnmetSchema();
    let schema: Schema = isSchema(given) ? given : {};
    for (let i = depth; typeof schema.$ref === 'string'; i++) {
      if (i > DEPTH_MAX) throw new UnmetSchema();
      const { $ref, ...beside } = schema;
      const target = this.#resolve($ref as string);
      schema = { ...(isSchema(target) ? target : {}), ...beside };
    }
    if (!Array.isArray(schema.allOf)) return schema;
    const { allOf, ...rest } = schema;
    return (allOf as unknown[])
      .map((part) => this.#flatten(part, depth + 1))
      .reduce<Schema>(merge, rest);
  }

  #resolve(reference: string): unknown {
    if (!reference.startsWith('#')) throw new UnmetSchema();
    const steps = reference.slice(1).split('/').slice(1);
    let found: unknown = this.#root;
    for (const step of steps) {
      const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      found = isSchema(found) || Array.isArray(found) ? (found as Schema)[name] : undefined;
    }
    if (found === undefined) throw new UnmetSchema();
    return found;
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function branchesOf({ anyOf, oneOf }: Schema): readonly unknown[] {
  if (Array.isArray(anyOf)) return anyOf;
  return Array.isArray(oneOf) ? oneOf : [];
}

function typeOf(schema: Schema): string {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return String(type.find((name) => name !== 'null') ?? 'null');
  if ('properties' in schema || 'required' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema) return 'array';
  const isNumber = ['minimum', 'maximum', 'multipleOf', 'exclusiveMinimum'].some(
    (k) => k in schema,
  );
  return isNumber ? 'number' : 'string';
}

function merge(a: Schema, b: Schema): Schema {
  const both: Record<string, unknown> = { ...a, ...b };
  if (isSchema(a.properties) && isSchema(b.properties)) {
    both.properties = { ...a.properties, ...b.properties };
  }
  if (Array.isArray(a.required) && Array.isArray(b.required)) {
    both.required = [...new Set([...a.required, ...b.required])];
  }
  return both;
}

function sizeOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 0 ? Math.ceil(value) : otherwise;
}

function anyOther({ additionalProperties }: Schema): unknown {
  return isSchema(additionalProperties) ? additionalProperties : { type: 'string' };
}

/** A property by any name, `__proto__` too. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function numberInstance(schema: Schema, isWhole: boolean): number {
  const bound = (name: string): number | undefined =>
    typeof schema[name] === 'number' ? (schema[name] as number) : undefined;
  const step = bound('multipleOf') ?? (isWhole ? 1 : 0);
  const above = bound('exclusiveMinimum');
  const below = bound('exclusiveMaximum');
  const least = Math.max(bound('minimum') ?? -Infinity, above ?? -Infinity);
  const most = Math.min(bound('maximum') ?? Infinity, below ?? Infinity);
  if (step > 0) return stepped(step, least, most, { above, below });
  if (Number.isFinite(least)) {
    if (least !== above) return least;
    return Number.isFinite(most) ? (least + most) / 2 : least + 1;
  }
  if (Number.isFinite(most)) return most === below ? most - 1 : Math.min(most, 1);
  return 1;
}

interface OpenBounds {
  readonly above: number | undefined;
  readonly below: number | undefined;
}

function stepped(step: number, least: number, most: number, { above, below }: OpenBounds): number {
  if (Number.isFinite(least)) {
    const first = Math.ceil(least / step) * step;
    return first === above ? first + step : first;
  }
  if (most > step || (most === step && most !== below)) return step;
  const last = Math.floor(most / step) * step;
  return last === below ? last - step : last;
}

/** Items that must differ from each other. */
function varied(item: unknown, index: number, schema: unknown): unknown {
  if (index === 0) return item;
  const choices = isSchema(schema) && Array.isArray(schema.enum) ? schema.enum : undefined;
  if (choices) return choices[index] ?? item;
  if (typeof item === 'number') return item + index * stepOf(schema);
  if (typeof item === 'string') return `${item} ${index + 1}`.slice(-TEXT_CHARS_MAX);
  return typeof item === 'boolean' ? index % 2 === 0 : item;
}

function stepOf(schema: unknown): number {
  return isSchema(schema) && typeof schema.multipleOf === 'number' ? schema.multipleOf : 1;
}
