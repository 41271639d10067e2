import { exactNumber } from '../json/exact.ts';
import { type Fields, isFields, listOf } from '../json/values.ts';
import { camelCase } from './fields.ts';
import { inlineRef, mergeSchemas, type SchemaWalk, stepInto, walkSchema } from './schema-refs.ts';

/** Keywords that mean the same in JSON Schema and in Google's `Schema`. */
const COMMON = [
  'title',
  'description',
  'default',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
  'pattern',
  'required',
  'propertyOrdering',
  'example',
] as const;

const FORMATS: ReadonlySet<unknown> = new Set([
  'date-time',
  'enum',
  'float',
  'double',
  'int32',
  'int64',
]);

/**
 * A JSON Schema in Google's own `Schema`, for models that read nothing else: references written out,
 * one type per schema, `nullable`, enumerations of strings. What it has no word for is left out.
 */
export function toOpenApiSchema(schema: Fields): Fields {
  return convert(schema, walkSchema(schema));
}

function convert(given: Fields, walk: SchemaWalk): Fields {
  const inside = stepInto(walk);
  if (inside === undefined) return {};
  const { schema, walk: next } = flattened(given, inside);
  const converted: Record<string, unknown> = {};
  for (const key of COMMON) {
    if (schema[key] !== undefined) converted[key] = schema[key];
  }
  if (FORMATS.has(schema.format)) converted.format = schema.format;
  Object.assign(converted, typeOf(schema), rangeOf(schema), unionOf(schema, next));
  if (isFields(schema.properties)) converted.properties = mapProperties(schema.properties, next);
  if (isFields(schema.items)) converted.items = convert(schema.items, next);
  return converted;
}

/** The schema without references and `allOf`. */
function flattened(given: Fields, walk: SchemaWalk): { schema: Fields; walk: SchemaWalk } {
  const { schema, walk: next } = inlineRef(given, walk);
  const { allOf, ...rest } = schema;
  if (!Array.isArray(allOf)) return { schema, walk: next };
  const parts = allOf.filter(isFields).map((part) => inlineRef(part, next).schema);
  return { schema: mergeSchemas([rest, ...parts]), walk: next };
}

function upperType(type: unknown): string | undefined {
  return typeof type === 'string' ? type.toUpperCase() : undefined;
}

function typeOf(schema: Fields): Fields {
  const types = listOf(Array.isArray(schema.type) ? schema.type : [schema.type]);
  const kinds = types.filter((type) => type !== 'null').flatMap((type) => upperType(type) ?? []);
  const nullable = types.includes('null') || schema.nullable === true ? { nullable: true } : {};
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (Array.isArray(values)) return { ...enumOf(values, kinds[0]), ...nullable };
  if (kinds.length > 1) return { anyOf: kinds.map((type) => ({ type })), ...nullable };
  const implied = isFields(schema.properties) ? 'OBJECT' : undefined;
  const type = kinds[0] ?? implied ?? (nullable.nullable && !schema.anyOf ? 'NULL' : undefined);
  if (type === 'NULL') return { type };
  return { ...(type === undefined ? {} : { type }), ...nullable };
}

/** Google's enumerations are of strings, whatever the type. */
function enumOf(values: readonly unknown[], type: string | undefined): Fields {
  const others = values.filter((value) => value !== null);
  const implied = others.every((value) => typeof value === 'number') ? 'NUMBER' : 'STRING';
  const nullable = others.length < values.length ? { nullable: true } : {};
  return { type: type ?? implied, format: 'enum', enum: others.map(String), ...nullable };
}

/** There are no open ranges: for integers the next one is the bound, for numbers the bound itself. */
function rangeOf(schema: Fields): Fields {
  const step = schema.type === 'integer' ? 1 : 0;
  const above = exactNumber(schema.exclusiveMinimum);
  const below = exactNumber(schema.exclusiveMaximum);
  return {
    ...(above === undefined ? {} : { minimum: above + step }),
    ...(below === undefined ? {} : { maximum: below - step }),
  };
}

function unionOf(schema: Fields, walk: SchemaWalk): Fields {
  const members = listOf(schema.anyOf ?? schema.oneOf).filter(isFields);
  if (members.length === 0) return {};
  const others = members.filter((member) => member.type !== 'null');
  const nullable = others.length < members.length ? { nullable: true } : {};
  const [only] = others;
  if (others.length === 1 && only) return { ...convert(only, walk), ...nullable };
  return { anyOf: others.map((member) => convert(member, walk)), ...nullable };
}

function mapProperties(properties: Fields, walk: SchemaWalk): Fields {
  const pairs = Object.entries(properties).map(
    ([name, each]) => [name, isFields(each) ? convert(each, walk) : {}] as const,
  );
  return Object.fromEntries(pairs);
}

const COUNTS: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);

/** Google's own `Schema` as a JSON Schema. */
export function fromOpenApiSchema(schema: Fields): Fields {
  return read(schema, walkSchema(schema));
}

function read(schema: Fields, walk: SchemaWalk): Fields {
  const inside = stepInto(walk);
  if (inside === undefined) return {};
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    const key = camelCase(name);
    if (key === 'nullable' || (key === 'format' && value === 'enum')) continue;
    result[key] = readKeyword(key, value, inside);
  }
  const { type } = result;
  if (Array.isArray(result.enum) && (type === 'integer' || type === 'number')) {
    result.enum = result.enum.map(Number);
  }
  if (schema.nullable === true) addNull(result);
  return result;
}

function readKeyword(key: string, value: unknown, walk: SchemaWalk): unknown {
  if (key === 'type') return typeof value === 'string' ? value.toLowerCase() : value;
  if (key === 'items') return isFields(value) ? read(value, walk) : value;
  if (key === 'anyOf') return listOf(value).map((each) => (isFields(each) ? read(each, walk) : {}));
  if (key === 'properties' && isFields(value)) {
    const pairs = Object.entries(value).map(
      ([name, each]) => [name, isFields(each) ? read(each, walk) : {}] as const,
    );
    return Object.fromEntries(pairs);
  }
  // In the protocol's JSON, 64-bit counts are strings.
  return COUNTS.has(key) && typeof value === 'string' ? Number(value) : value;
}

function addNull(schema: Record<string, unknown>): void {
  if (Array.isArray(schema.enum)) schema.enum = [...schema.enum, null];
  if (typeof schema.type === 'string') schema.type = [schema.type, 'null'];
  else if (Array.isArray(schema.anyOf)) schema.anyOf = [...schema.anyOf, { type: 'null' }];
}
