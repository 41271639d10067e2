import type { BodySource } from '../body-source.ts';

/** A text field of a form. */
export interface FormField {
  readonly kind: 'field';
  readonly name: string;
  readonly value: string;
}

/** A file of a form; its bytes may be on disk. */
export interface FormFile {
  readonly kind: 'file';
  readonly name: string;
  readonly filename: string;
  readonly contentType: string;
  readonly content: BodySource;
  /** How long it plays, where that was looked for and could be read. */
  readonly seconds?: number;
}

export type FormPart = FormField | FormFile;

/** A request that came as `multipart/form-data`, or is sent as one. */
export interface Form {
  /** What parts its parts when it is sent; nobody who wrote one of them could know it. */
  readonly boundary: string;
  /** In the order of the request. */
  readonly parts: readonly FormPart[];
}

/** The value of a field, the last one where it is given again; undefined where there is none. */
export function fieldValue({ parts }: Form, name: string): string | undefined {
  const found = parts.findLast((part) => part.kind === 'field' && part.name === name);
  return found?.kind === 'field' ? found.value : undefined;
}

/** The files under a name, with or without the `[]` that marks a list. */
export function filesOf({ parts }: Form, name: string): readonly FormFile[] {
  return parts.filter(
    (part): part is FormFile =>
      part.kind === 'file' && (part.name === name || part.name === `${name}[]`),
  );
}

/** The form with one value for a field, or without the field where that is undefined. */
export function withField(form: Form, name: string, value: string | undefined): Form {
  const field: FormField | undefined =
    value === undefined ? undefined : { kind: 'field', name, value };
  const at = form.parts.findIndex((part) => part.kind === 'field' && part.name === name);
  const others = form.parts.filter((part) => part.kind !== 'field' || part.name !== name);
  if (field === undefined) return { ...form, parts: others };
  const place = at < 0 ? 0 : Math.min(at, others.length);
  return { ...form, parts: [...others.slice(0, place), field, ...others.slice(place)] };
}
