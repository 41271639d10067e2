import { errorMeanings, errorsOf } from '../error-meanings.ts';
import { errorCatalog } from '../errors.ts';
import { type HeaderSpec, requestHeaders, responseHeaders } from '../headers.ts';
import type { BodySpec, ResponseSpec, Route, Schema } from '../route.ts';
import { namedSchemas } from './components.ts';
import { convertNamed, convertProperties, type JsonSchema, SCHEMA_ROOT } from './json-schema.ts';

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, unknown>>;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

/** One operation of the document. */
export type OperationObject = Readonly<Record<string, unknown>>;

const TAGS: readonly { readonly name: Route['tag']; readonly description: string }[] = [
  { name: 'Inference', description: 'Ask models. Compatible with OpenAI’s clients.' },
  { name: 'Astrology', description: 'Computed by this server from the sky; paid by the call.' },
  { name: 'Accounts', description: 'Subaccounts below the caller: create, fund, limit, remove.' },
  {
    name: 'Responses',
    description: 'Responses that are kept, also those that run in the background.',
  },
  { name: 'Provider keys', description: 'An owner’s keys at the AI providers.' },
  { name: 'Configuration', description: 'An owner’s maps, limits, prices and thresholds.' },
  { name: 'Dashboard', description: 'The caller’s own account and its named keys.' },
  { name: 'Usage', description: 'What was used, and what it cost.' },
  { name: 'Service', description: 'The running service and this reference.' },
];

const DESCRIPTION = [
  'One base URL between your users and the AI providers.',
  'Authenticate with `Authorization: Bearer <key>` or `x-api-key: <key>`.',
  'Every answer carries `x-request-id`. Every error has one shape: `{"error": {"message", "type", "code", "param", "status"}}`.',
].join(' ');

/** Writes the contract as an OpenAPI 3.1 document; the same table gives the same document. */
export function openapi(table: readonly Route[], version: string): OpenApiDocument {
  const names = nameSchemas(table);
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const route of table) {
    paths[route.path] ??= {};
    const item = paths[route.path];
    if (item) item[route.method.toLowerCase()] = operation(route, names);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Meridian',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: TAGS.filter(({ name }) => table.some((route) => route.tag === name)),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A secret key of the account.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        metricsToken: { type: 'http', scheme: 'bearer', description: 'The metrics token.' },
      },
      parameters: mapValues(requestHeaders, (spec, name) => ({
        name,
        in: 'header',
        ...headerBody(spec),
      })),
      headers: mapValues(responseHeaders, headerBody),
      schemas: convertNamed(new Map(Array.from(names, ([schema, name]) => [name, schema]))),
    },
  };
}

type SchemaNames = ReadonlyMap<Schema, string>;

/** Gives every body its name: its own, else one made of the route's id. */
function nameSchemas(table: readonly Route[]): SchemaNames {
  const names = new Map<Schema, string>();
  for (const [name, schema] of Object.entries(namedSchemas)) names.set(schema, name);
  for (const route of table) {
    const stem = pascalCase(route.id);
    if (route.body && !names.has(route.body.schema)) names.set(route.body.schema, `${stem}Request`);
    const other = route.body?.alternative?.schema;
    if (other && !names.has(other)) names.set(other, `${stem}OtherRequest`);
    for (const { schema, contentType } of Object.values(route.responses)) {
      if (schema && contentType === undefined && !names.has(schema)) {
        names.set(schema, `${stem}Response`);
      }
    }
  }
  return names;
}

function pascalCase(id: string): string {
  return id
    .split('.')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}

function operation(route: Route, names: SchemaNames): OperationObject {
  const { body, description } = route;
  const parameters = parametersOf(route);
  return {
    operationId: route.id,
    ...(route.aliasOf === undefined ? {} : { 'x-alias-of': route.aliasOf }),
    tags: [route.tag],
    summary: route.summary,
    ...(description === undefined ? {} : { description }),
    security: securityOf(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.isOptional !== true,
            content: requestContent(body, names),
          },
        }),
    responses: { ...successes(route, names), ...failures(route) },
  };
}

function requestContent(body: BodySpec, names: SchemaNames): Record<string, unknown> {
  const { schema, contentType = 'application/json', alternative, example } = body;
  return {
    [contentType]: {
      schema: reference(schema, names),
      ...(example === undefined ? {} : { example }),
    },
    ...(alternative && {
      [alternative.contentType]: { schema: reference(alternative.schema, names) },
    }),
  };
}

function securityOf(route: Route): readonly Readonly<Record<string, readonly string[]>>[] {
  switch (route.auth) {
    case 'key':
      return [{ bearer: [] }, { apiKey: [] }];
    case 'metrics':
      return [{}, { metricsToken: [] }];
    case 'none':
      return [];
  }
}

function parametersOf(route: Route): readonly unknown[] {
  const inPath = route.params === undefined ? [] : convertProperties(route.params);
  const inQuery = route.query === undefined ? [] : convertProperties(route.query);
  return [
    ...inPath.map(({ name, schema }) => parameter({ name, in: 'path', required: true }, schema)),
    ...inQuery.map(({ name, schema, isRequired }) =>
      parameter({ name, in: 'query', required: isRequired }, schema),
    ),
    ...(route.requestHeaders ?? []).map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ];
}

function parameter(head: Readonly<Record<string, unknown>>, schema: JsonSchema): unknown {
  const { description, ...rest } = schema;
  return { ...head, ...(description === undefined ? {} : { description }), schema: rest };
}

function successes(route: Route, names: SchemaNames): Record<string, unknown> {
  const entries = Object.entries(route.responses).map(([status, response]) => {
    const headers = ['x-request-id', ...(response.headers ?? [])];
    return [
      status,
      {
        description: response.description,
        headers: Object.fromEntries(headers.map((name) => [name, headerReference(name)])),
        ...(response.schema === undefined ? {} : { content: contentOf(response, names) }),
      },
    ];
  });
  return Object.fromEntries(entries);
}

function contentOf(response: ResponseSpec, names: SchemaNames): Record<string, unknown> {
  const { schema, contentType = 'application/json', alternative, example } = response;
  const content: Record<string, unknown> = {
    [contentType]: {
      ...(schema === undefined ? {} : { schema: reference(schema, names) }),
      ...(example === undefined ? {} : { example }),
    },
  };
  if (alternative) {
    content[alternative.contentType] = { schema: reference(alternative.schema, names) };
  }
  return content;
}

function failures(route: Route): Record<string, unknown> {
  const byStatus = new Map<number, string[]>();
  for (const code of errorsOf(route)) {
    const { status } = errorCatalog[code];
    const lines = byStatus.get(status) ?? [];
    byStatus.set(status, [...lines, `\`${code}\`: ${errorMeanings[code]}`]);
  }
  const taken = Object.keys(route.responses);
  const entries = Array.from(byStatus, ([status, lines]) => [
    String(status),
    {
      description: lines.join('\n\n'),
      headers: failureHeaders(status),
      content: { 'application/json': { schema: { $ref: `${SCHEMA_ROOT}Error` } } },
    },
  ]);
  return Object.fromEntries(entries.filter(([status]) => !taken.includes(String(status))));
}

function failureHeaders(status: number): Record<string, unknown> {
  const names = ['x-request-id'];
  if (status === 429 || status === 503) names.push('Retry-After');
  return Object.fromEntries(names.map((name) => [name, headerReference(name)]));
}

/** A named schema by reference; what has no name is text of another content type than JSON. */
function reference(schema: Schema, names: SchemaNames): JsonSchema {
  const name = names.get(schema);
  return name === undefined ? { type: 'string' } : { $ref: SCHEMA_ROOT + name };
}

function headerReference(name: string): JsonSchema {
  return { $ref: `#/components/headers/${name}` };
}

function headerBody({ description, type, example }: HeaderSpec): Record<string, unknown> {
  return { description, schema: { type }, example };
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, change(value, name)]),
  );
}
