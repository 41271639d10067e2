import { type Fields, isFields } from '../json/values.ts';

/** A name as it stands in Google's JSON: `maxOutputTokens`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The same name as it stands in the protocol: `max_output_tokens`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A field under either of its names, both of which Google's parsers take; null counts as absent. */
export function field(object: Fields, name: string): unknown {
  return object[name] ?? object[snakeCase(name)] ?? undefined;
}

/** The field where it is an object; one without fields where it is anything else. */
export function objectField(object: Fields, name: string): Fields {
  const value = field(object, name);
  return isFields(value) ? value : {};
}

/** The object without the fields whose value is undefined. */
export function present<T extends object>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
