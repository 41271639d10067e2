import { type DocumentView, nameOf, type SchemaView } from './document-view.ts';

/** How deep a made-up example goes. */
const DEPTH_MAX = 6;

/** A plausible value of a schema, for answers that declare no example. */
export function sampleOf(view: DocumentView, schema: SchemaView, depth = 0): unknown {
  if (depth > DEPTH_MAX) return null;
  if (schema.$ref !== undefined) {
    const target = view.schemas[nameOf(schema.$ref)];
    return target === undefined ? null : sampleOf(view, target, depth + 1);
  }
  if (schema.examples !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = (schema.anyOf ?? schema.oneOf)?.find((option) => option.type !== 'null');
  if (choice !== undefined) return sampleOf(view, choice, depth + 1);
  return sampleOfType(view, schema, depth);
}

function sampleOfType(view: DocumentView, schema: SchemaView, depth: number): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => schema.required?.includes(name))
          .map(([name, property]) => [name, sampleOf(view, property, depth + 1)]),
      );
    case 'array':
      return schema.items === undefined ? [] : [sampleOf(view, schema.items, depth + 1)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return true;
    case 'string':
      return schema.format === 'date-time' ? '2026-11-22T10:30:00.000Z' : 'string';
    default:
      return null;
  }
}
