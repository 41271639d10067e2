import { z } from 'zod';
import type { Schema } from '../route.ts';

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 uses it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Where the document keeps its named schemas. */
export const SCHEMA_ROOT = '#/components/schemas/';

/**
 * Converts named schemas together, so that one mentioning another refers to it. What clients send
 * is described, and answers are described like requests: open to fields of later versions.
 */
export function convertNamed(
  named: ReadonlyMap<string, Schema>,
): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => SCHEMA_ROOT + id,
    override: tidy,
  });
  const entries = Object.entries(schemas).map(([id, schema]) => {
    const { $schema: _dialect, $id: _id, ...rest } = schema;
    return [id, rest as JsonSchema] as const;
  });
  return Object.fromEntries(entries);
}

/** The properties of an object schema, for parameters in paths and queries. */
export function convertProperties(
  schema: Schema,
): readonly { readonly name: string; readonly isRequired: boolean; readonly schema: JsonSchema }[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: 'input',
    override: tidy,
  });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    isRequired: required.includes(name),
    schema: property as JsonSchema,
  }));
}

interface Conversion {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

/** Leaves out what says nothing, and shows numbers that travel as text as the numbers they are. */
function tidy({ jsonSchema }: Conversion): void {
  const { additionalProperties, wire } = jsonSchema;
  delete jsonSchema.propertyNames;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (isEmpty(additionalProperties)) jsonSchema.additionalProperties = true;
  if (typeof wire === 'object' && wire !== null) {
    delete jsonSchema.wire;
    delete jsonSchema.pattern;
    Object.assign(jsonSchema, wire);
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
