// Reduces the types of OpenAI's own client, which is generated from its published OpenAPI
// specification, to the bare structure of what the API answers: fields, which of them must be there,
// types and the values of enums. Run it after every update of the `openai` package.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  API,
  type Checker,
  type LiteralType,
  SymbolFlags,
  type Type,
  TypeFlags,
  type TypeReference,
  type Symbol as TypeSymbol,
} from 'typescript/unstable/sync';

const ROOT = resolve(import.meta.dirname, '..');
const TARGET = resolve(ROOT, 'packages/testkit/fixtures/openai-structure/schema.json');
/** Exists in the memory of the compiler only. */
const ROOTS_FILE = resolve(ROOT, 'scripts/openai-roots.ts');
const ROOTS = `
import type { OpenAI } from 'openai';
export interface Roots {
  chatCompletion: OpenAI.Chat.ChatCompletion;
  chatCompletionChunk: OpenAI.Chat.ChatCompletionChunk;
  completion: OpenAI.Completion;
  embeddings: OpenAI.CreateEmbeddingResponse;
  error: { error: OpenAI.ErrorObject };
  imageEditEvent: OpenAI.ImageEditStreamEvent;
  imageEvent: OpenAI.ImageGenStreamEvent;
  images: OpenAI.ImagesResponse;
  inputItems: OpenAI.Responses.ResponseItemList;
  model: OpenAI.Model;
  models: { object: 'list'; data: OpenAI.Model[] };
  moderations: OpenAI.ModerationCreateResponse;
  response: OpenAI.Responses.Response;
  responseEvent: OpenAI.Responses.ResponseStreamEvent;
  transcription: OpenAI.Audio.Transcription;
  transcriptionDiarized: OpenAI.Audio.TranscriptionDiarized;
  transcriptionEvent: OpenAI.Audio.TranscriptionStreamEvent;
  transcriptionVerbose: OpenAI.Audio.TranscriptionVerbose;
  translation: OpenAI.Audio.Translation;
  translationVerbose: OpenAI.Audio.TranslationVerbose;
}
`;

/** What the client adds to answers itself; the API sends no such field. */
const CLIENT_ONLY: ReadonlySet<string> = new Set(['Response.output_text']);

/** Definitions in the reduced schema; more mean that something else than data was followed. */
const DEFINITIONS_MAX = 1_000;

type Schema = Readonly<Record<string, unknown>>;

/** Follows types from the roots; every named object becomes a definition of its own. */
class Reducer {
  readonly definitions = new Map<string, Schema>();
  readonly #checker: Checker;
  readonly #names = new Map<number, string>();

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  schemaOf(type: Type): Schema {
    if (type.isUnionType()) return this.#union(type.getTypes());
    if (type.isIntersectionType()) return this.#intersection(type.getTypes());
    if (type.isLiteralType()) return { enum: [type.value] };
    const plain = PLAIN.find(([flag]) => (type.flags & flag) !== 0)?.[1];
    if (plain) return plain;
    if (this.#checker.isArrayType(type)) return this.#array(type as TypeReference);
    return this.#named(type);
  }

  #array(type: TypeReference): Schema {
    const [item] = this.#checker.getTypeArguments(type);
    return { type: 'array', ...(item && { items: this.schemaOf(item) }) };
  }

  /** `string & {}` is how the client lets unknown names pass beside the known ones. */
  #intersection(types: readonly Type[]): Schema {
    if (types.some(({ flags }) => (flags & TypeFlags.String) !== 0)) return { type: 'string' };
    return { allOf: types.map((type) => this.schemaOf(type)) };
  }

  #union(types: readonly Type[]): Schema {
    const given = types.filter(({ flags }) => (flags & TypeFlags.Undefined) === 0);
    const literals = given.filter((type) => type.isLiteralType());
    const schemas = given
      .filter((type) => !type.isLiteralType())
      .map((type) => this.schemaOf(type));
    const isAnyText = schemas.some((schema) => schema.type === 'string');
    const values = literals
      .map((type) => (type as LiteralType).value)
      .filter((value) => !isAnyText || typeof value !== 'string');
    if (values.length > 0) schemas.unshift(enumOf(values));
    const [first, second] = distinct(schemas);
    if (first !== undefined && second === undefined) return first;
    return this.#alternatives(distinct(schemas));
  }

  /** Objects that tell their kind by `type` are told apart by it, so that errors say where they are. */
  #alternatives(schemas: readonly Schema[]): Schema {
    const references = schemas.filter(({ $ref }) => $ref !== undefined);
    const others = schemas.filter(({ $ref }) => $ref === undefined);
    const tags = references.map((schema) => this.#tagOf(schema));
    const isTagged =
      tags.length > 1 && tags.every(Boolean) && new Set(tags.flat()).size === tags.flat().length;
    if (!isTagged) return { anyOf: schemas };
    const tagged: Schema = {
      type: 'object',
      discriminator: { propertyName: 'type' },
      required: ['type'],
      oneOf: references,
    };
    return others.length === 0 ? tagged : { anyOf: [...others, tagged] };
  }

  #tagOf({ $ref }: Schema): readonly unknown[] | undefined {
    const definition = this.definitions.get(String($ref).replace('#/definitions/', ''));
    const properties = definition?.properties as Record<string, Schema> | undefined;
    const isRequired = (definition?.required as string[] | undefined)?.includes('type');
    return isRequired ? (properties?.type?.enum as unknown[] | undefined) : undefined;
  }

  #named(type: Type): Schema {
    const symbol = type.getSymbol();
    if (symbol === undefined || symbol.name.startsWith('__')) return this.#object(type, '');
    const name = this.#names.get(type.id) ?? this.#register(type, symbol);
    return { $ref: `#/definitions/${name}` };
  }

  #register(type: Type, symbol: TypeSymbol): string {
    const name = this.#freeName(qualifiedName(symbol));
    this.#names.set(type.id, name);
    if (this.definitions.size >= DEFINITIONS_MAX) throw new Error(`too many types at ${name}`);
    // In its place before it is whole: types refer to themselves.
    this.definitions.set(name, {});
    this.definitions.set(name, this.#object(type, name));
    return name;
  }

  #freeName(name: string): string {
    let free = name;
    for (let number = 2; this.definitions.has(free); number++) free = `${name}-${number}`;
    return free;
  }

  #object(type: Type, name: string): Schema {
    const required: string[] = [];
    const properties: Record<string, Schema> = {};
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const its = this.#checker.getTypeOfSymbol(property);
      if (its === undefined || CLIENT_ONLY.has(`${name}.${property.name}`)) continue;
      properties[property.name] = this.schemaOf(its);
      if ((property.flags & SymbolFlags.Optional) === 0) required.push(property.name);
    }
    const [index] = this.#checker.getIndexInfosOfType(type);
    return {
      type: 'object',
      ...(required.length > 0 && { required }),
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(index && { additionalProperties: this.schemaOf(index.valueType) }),
    };
  }
}

const PLAIN: readonly (readonly [flag: number, schema: Schema])[] = [
  [TypeFlags.Any | TypeFlags.Unknown, {}],
  [TypeFlags.String, { type: 'string' }],
  [TypeFlags.Number, { type: 'number' }],
  [TypeFlags.Boolean, { type: 'boolean' }],
  [TypeFlags.Null, { type: 'null' }],
];

function enumOf(values: readonly unknown[]): Schema {
  const isBoolean = values.length === 2 && values.every((value) => typeof value === 'boolean');
  return isBoolean ? { type: 'boolean' } : { enum: [...values].sort() };
}

function distinct(schemas: readonly Schema[]): readonly Schema[] {
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}

function qualifiedName(symbol: TypeSymbol): string {
  const parent = symbol.getParent();
  const isModule = parent === undefined || /["/]/.test(parent.name);
  return isModule ? symbol.name : `${qualifiedName(parent)}.${symbol.name}`;
}

/** What is written. */
interface Reduced {
  readonly source: object;
  readonly definitions: Readonly<Record<string, Schema>>;
}

function reduce(): Reduced {
  const api = new API({
    cwd: ROOT,
    fs: {
      readFile: (path) => (path === ROOTS_FILE ? ROOTS : undefined),
      fileExists: (path) => (path === ROOTS_FILE ? true : undefined),
    },
  });
  try {
    const project = api
      .updateSnapshot({ openFiles: [ROOTS_FILE] })
      .getDefaultProjectForFile(ROOTS_FILE);
    const file = project?.program.getSourceFile(ROOTS_FILE);
    const module = file && project?.checker.getSymbolAtLocation(file);
    const roots = module && project?.checker.getMemberInModuleExports(module, 'Roots');
    if (!project || !roots) throw new Error('The compiler did not read the roots.');
    return reduced(project.checker, roots);
  } finally {
    api.close();
  }
}

function reduced(checker: Checker, roots: TypeSymbol): Reduced {
  const reducer = new Reducer(checker);
  const answers: Record<string, Schema> = {};
  for (const root of checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(roots))) {
    const type = checker.getTypeOfSymbol(root);
    if (type) answers[root.name] = reducer.schemaOf(type);
  }
  const definitions = [...reducer.definitions].sort(([a], [b]) => (a < b ? -1 : 1));
  const { version } = JSON.parse(
    readFileSync(resolve(ROOT, 'node_modules/openai/package.json'), 'utf8'),
  ) as { readonly version: string };
  return {
    source: { package: 'openai', version, license: 'Apache-2.0' },
    definitions: { ...Object.fromEntries(definitions), answers: { properties: answers } },
  };
}

/** One definition a line, so that the difference between two versions can be read. */
function printed({ source, definitions }: Reduced): string {
  const lines = Object.entries(definitions).map(
    ([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`,
  );
  return `{"source":${JSON.stringify(source)},"definitions":{\n${lines.join(',\n')}\n}}\n`;
}

writeFileSync(TARGET, printed(reduce()));
