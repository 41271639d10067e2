import { type Fields, isFields } from '../json/values.ts';

/** The value as an object with fields; undefined for anything else, arrays included. */
export function objectIn(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

/** Fields that may be undefined become optional ones. */
type Compact<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without the fields whose value is undefined. */
export function compact<T extends object>(fields: T): Compact<T> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Compact<T>;
}
