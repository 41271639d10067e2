import { type Fields, isFields } from '../json/values.ts';

/** How often a definition is written inside of itself before it is cut short. */
const RECURSION_MAX = 2;
/** Schemas nested in each other; what is deeper says nothing any more. */
const SCHEMA_DEPTH_MAX = 64;
/** Schemas in one schema once references are written out; further ones say nothing any more. */
const SCHEMA_NODES_MAX = 20_000;

/** A walk through one schema: where references point, and how far it may go on. */
export interface SchemaWalk {
  readonly root: Fields;
  readonly depth: number;
  /** The references that are being written out, outermost first. */
  readonly path: readonly string[];
  /** Counts down over the whole walk. */
  readonly budget: { nodes: number };
}

/** Starts a walk at the root of a schema. */
export function walkSchema(root: Fields): SchemaWalk {
  return { root, depth: 0, path: [], budget: { nodes: SCHEMA_NODES_MAX } };
}

/** The walk one step further inside; undefined where it has gone far enough. */
export function stepInto(walk: SchemaWalk): SchemaWalk | undefined {
  if (walk.depth >= SCHEMA_DEPTH_MAX || walk.budget.nodes-- <= 0) return undefined;
  return { ...walk, depth: walk.depth + 1 };
}

function unescaped(step: string): string {
  const text = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** What a reference into the schema itself points at; undefined for one that leads nowhere. */
function resolveRef(root: Fields, ref: string): Fields | undefined {
  if (!ref.startsWith('#')) return undefined;
  let at: unknown = root;
  for (const step of ref.slice(1).split('/').slice(1)) {
    const key = unescaped(step);
    const isKnown = typeof at === 'object' && at !== null && Object.hasOwn(at, key);
    at = isKnown ? (at as Fields)[key] : undefined;
  }
  return isFields(at) ? at : undefined;
}

/** A schema in place of a reference to it. */
interface Inlined {
  readonly schema: Fields;
  readonly walk: SchemaWalk;
}

/**
 * Replaces a reference by what it points at; what stands beside it wins. A definition that contains
 * itself ends, after a few rounds, in a schema with no more than its type and description.
 */
export function inlineRef(schema: Fields, walk: SchemaWalk): Inlined {
  const { $ref: ref, ...beside } = schema;
  if (typeof ref !== 'string') return { schema, walk };
  const target = resolveRef(walk.root, ref);
  if (target === undefined) return { schema: beside, walk };
  const rounds = walk.path.filter((each) => each === ref).length;
  if (rounds >= RECURSION_MAX) return { schema: stubOf(target, beside), walk };
  const inside = { ...walk, path: [...walk.path, ref] };
  const merged = { ...target, ...beside };
  return typeof target.$ref === 'string'
    ? inlineRef({ ...merged, $ref: target.$ref }, inside)
    : { schema: merged, walk: inside };
}

function stubOf({ type, description }: Fields, beside: Fields): Fields {
  return {
    ...(type === undefined ? {} : { type }),
    ...(description === undefined ? {} : { description }),
    ...beside,
  };
}

/** One schema that demands what several demand together, as far as that can be said in one. */
export function mergeSchemas(schemas: readonly Fields[]): Fields {
  const merged: Record<string, unknown> = {};
  for (const schema of schemas) {
    for (const [key, value] of Object.entries(schema)) merged[key] = merge(key, merged[key], value);
  }
  return merged;
}

function merge(key: string, first: unknown, second: unknown): unknown {
  if (first === undefined) return second;
  if (key === 'properties' && isFields(first) && isFields(second)) return { ...first, ...second };
  if (key === 'required' && Array.isArray(first) && Array.isArray(second)) {
    return [...new Set([...first, ...second])];
  }
  return first;
}
