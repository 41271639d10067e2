import { type Fields, isFields } from '../json/values.ts';
import { inlineRef, mergeSchemas, type SchemaWalk, stepInto, walkSchema } from './schema-refs.ts';

const DEFINITION = /^#\/(?:\$defs|definitions)\/([^/]+)$/;

/**
 * A JSON Schema in the part of the language that Gemini reads: references into `$defs` that stand
 * alone, `anyOf`, `enum`. Other references are written out, `allOf` is merged, `const` becomes an
 * `enum`. Keywords that it does not know stay; it passes over them.
 */
export function tidyJsonSchema(schema: Fields): Fields {
  const { definitions, ...rest } = schema;
  const root = isFields(definitions)
    ? { ...rest, $defs: { ...definitions, ...(isFields(rest.$defs) ? rest.$defs : {}) } }
    : schema;
  return tidy(root, walkSchema({ ...schema, ...root }));
}

function tidy(schema: Fields, walk: SchemaWalk): Fields {
  const inside = stepInto(walk);
  if (inside === undefined) return {};
  const { schema: plain, walk: next } = withoutHardRefs(schema, inside);
  const tidied: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(plain)) {
    if (key === 'const') tidied.enum ??= [value];
    else if (key !== 'allOf') tidied[key] = tidyKeyword(key, value, next);
  }
  if (!Array.isArray(plain.allOf)) return tidied;
  const parts = plain.allOf.filter(isFields).map((part) => tidyWhole(part, next));
  return mergeSchemas([tidied, ...parts]);
}

/** A part of an `allOf` is merged into its surroundings, where no reference may stand. */
function tidyWhole(schema: Fields, walk: SchemaWalk): Fields {
  const { schema: plain, walk: next } = inlineRef(schema, walk);
  return tidy(plain, next);
}

/** A reference stays where it is the only thing said and points at a definition. */
function withoutHardRefs(schema: Fields, walk: SchemaWalk): { schema: Fields; walk: SchemaWalk } {
  const ref = schema.$ref;
  if (typeof ref !== 'string') return { schema, walk };
  const name = DEFINITION.exec(ref)?.[1];
  const isAlone = Object.keys(schema).every((key) => key.startsWith('$'));
  if (name !== undefined && isAlone) {
    return { schema: { ...schema, $ref: `#/$defs/${name}` }, walk };
  }
  return inlineRef(schema, walk);
}

function tidyKeyword(key: string, value: unknown, walk: SchemaWalk): unknown {
  switch (key) {
    case 'properties':
    case '$defs':
    case 'patternProperties':
      return isFields(value) ? mapValues(value, walk) : value;
    case 'items':
    case 'additionalProperties':
      return isFields(value) ? tidy(value, walk) : value;
    case 'anyOf':
    case 'oneOf':
    case 'prefixItems':
      return Array.isArray(value)
        ? value.map((each: unknown) => (isFields(each) ? tidy(each, walk) : each))
        : value;
    default:
      return value;
  }
}

function mapValues(schemas: Fields, walk: SchemaWalk): Fields {
  const pairs = Object.entries(schemas).map(
    ([name, each]) => [name, isFields(each) ? tidy(each, walk) : each] as const,
  );
  return Object.fromEntries(pairs);
}
