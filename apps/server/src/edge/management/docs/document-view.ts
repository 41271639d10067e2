import type { OpenApiDocument } from '@meridian/contract';

/** A JSON Schema as far as the page reads it. */
export interface SchemaView {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  /** Present on fields that are never accepted. */
  readonly not?: unknown;
  readonly const?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaView>>;
  readonly required?: readonly string[];
  readonly items?: SchemaView;
  readonly additionalProperties?: boolean | SchemaView;
  readonly anyOf?: readonly SchemaView[];
  readonly oneOf?: readonly SchemaView[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

export interface ParameterView {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: SchemaView;
}

export interface MediaView {
  readonly schema?: SchemaView;
  readonly example?: unknown;
}

export interface ResponseView {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, MediaView>>;
}

/** One operation with where it lives. */
export interface OperationView {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  /** The operation that this one repeats under another method or path. */
  readonly 'x-alias-of'?: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly (ParameterView | { readonly $ref: string })[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, MediaView>>;
  };
  readonly responses: Readonly<Record<string, ResponseView>>;
}

/** The document as the page reads it: we wrote it ourselves, so its shape is believed. */
export interface DocumentView {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly operations: readonly OperationView[];
  readonly schemas: Readonly<Record<string, SchemaView>>;
  readonly parameters: Readonly<Record<string, ParameterView>>;
  readonly headers: Readonly<Record<string, { readonly description: string }>>;
}

/** Lays the document out for the page. */
export function viewDocument(document: OpenApiDocument): DocumentView {
  const { info, tags, paths, components } = document;
  return {
    title: String(info.title),
    version: String(info.version),
    description: String(info.description),
    tags,
    operations: Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(
        ([method, operation]) =>
          ({ ...operation, path, method: method.toUpperCase() }) as unknown as OperationView,
      ),
    ),
    schemas: components.schemas as DocumentView['schemas'],
    parameters: components.parameters as DocumentView['parameters'],
    headers: components.headers as DocumentView['headers'],
  };
}

/** The last part of a reference: the name of what it points to. */
export function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** The operation's parameters with references followed. */
export function parametersOf(
  view: DocumentView,
  operation: OperationView,
): readonly ParameterView[] {
  return (operation.parameters ?? []).flatMap((parameter) => {
    if (!('$ref' in parameter)) return [parameter];
    const found = view.parameters[nameOf(parameter.$ref)];
    return found === undefined ? [] : [found];
  });
}

/** The operations of a chapter; those that only repeat another are shown with it. */
export function operationsOf(view: DocumentView, tag: string): readonly OperationView[] {
  return view.operations.filter(
    (operation) => operation.tags.includes(tag) && operation['x-alias-of'] === undefined,
  );
}

/** The operations that repeat this one. */
export function aliasesOf(
  view: DocumentView,
  { operationId }: OperationView,
): readonly OperationView[] {
  return view.operations.filter((operation) => operation['x-alias-of'] === operationId);
}

/** The type and the form of what an operation takes, the usual one where it takes several. */
export function bodyOf(operation: OperationView): readonly [string, MediaView] | undefined {
  return Object.entries(operation.requestBody?.content ?? {})[0];
}

/** Whether the operation is for holders of a secret key. */
export function needsKey(operation: OperationView): boolean {
  return operation.security.some((requirement) => 'bearer' in requirement);
}
