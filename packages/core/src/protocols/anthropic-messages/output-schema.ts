import { type Fields, listOf } from '../json/values.ts';
import { objectIn } from './fields.ts';

/** A schema as the upstream takes it for constrained output, and whether it says the same. */
export interface AdaptedSchema {
  readonly schema: Fields;
  /** False for schemas that cannot be kept to: recursive, with open objects, or with too many options. */
  readonly isFaithful: boolean;
}

/** Deepest nesting of a schema that is looked into. */
const DEPTH_MAX = 64;
/** Optional fields and alternatives beyond which the upstream refuses to build a grammar. */
const OPTIONAL_FIELDS_MAX = 24;
const UNIONS_MAX = 16;

const STRING_FORMATS: ReadonlySet<unknown> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);

/** Keywords that are passed on as they are. */
const PLAIN_KEYWORDS: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  'title',
  'description',
  'type',
  'enum',
  'const',
  'default',
  'required',
]);

interface Adapting {
  isFaithful: boolean;
  optionalFields: number;
  unions: number;
}

/**
 * Fits a JSON schema to what the upstream can hold an answer to: objects are closed, and keywords that
 * its grammars have no word for (`minimum`, `pattern` …) move into the description, where the model
 * reads them.
 */
export function adaptSchema(schema: Fields): AdaptedSchema {
  const state: Adapting = { isFaithful: !isRecursive(schema), optionalFields: 0, unions: 0 };
  const adapted = adaptNode(schema, state, 0);
  const isSmall = state.optionalFields <= OPTIONAL_FIELDS_MAX && state.unions <= UNIONS_MAX;
  return { schema: adapted, isFaithful: state.isFaithful && isSmall };
}

function adaptNode(node: Fields, state: Adapting, depth: number): Fields {
  if (depth > DEPTH_MAX) {
    state.isFaithful = false;
    return node;
  }
  const adapted: Record<string, unknown> = {};
  const described: string[] = [];
  for (const [keyword, value] of Object.entries(node)) {
    const fitted = adaptKeyword(keyword, value, { state, depth });
    if (fitted === undefined) described.push(`${keyword}: ${JSON.stringify(value)}`);
    else Object.assign(adapted, fitted);
  }
  if (isObjectNode(node)) closeObject(node, adapted, state);
  if (described.length === 0) return adapted;
  const before = typeof node.description === 'string' ? `${node.description}\n` : '';
  return { ...adapted, description: `${before}{${described.join(', ')}}` };
}

interface Place {
  readonly state: Adapting;
  readonly depth: number;
}

/** The fields that stand for a keyword; undefined where the upstream has none. */
function adaptKeyword(keyword: string, value: unknown, place: Place): Fields | undefined {
  if (PLAIN_KEYWORDS.has(keyword)) return { [keyword]: value };
  switch (keyword) {
    case 'properties':
    case '$defs':
    case 'definitions':
      return { [keyword]: adaptMap(value, place) };
    case 'anyOf':
    case 'oneOf':
      place.state.unions++;
      return { anyOf: adaptList(value, place) };
    case 'allOf':
      return { allOf: adaptList(value, place) };
    case 'items':
      return { items: adaptValue(value, place) };
    case '$ref':
      return { $ref: value };
    case 'additionalProperties':
      return {};
    case 'format':
      return STRING_FORMATS.has(value) ? { format: value } : undefined;
    case 'minItems':
      return value === 0 || value === 1 ? { minItems: value } : undefined;
    default:
      return undefined;
  }
}

function adaptValue(value: unknown, { state, depth }: Place): unknown {
  const node = objectIn(value);
  return node === undefined ? value : adaptNode(node, state, depth + 1);
}

function adaptList(value: unknown, place: Place): unknown {
  return listOf(value).map((each) => adaptValue(each, place));
}

function adaptMap(value: unknown, place: Place): unknown {
  const entries = Object.entries(objectIn(value) ?? {});
  return Object.fromEntries(entries.map(([name, each]) => [name, adaptValue(each, place)]));
}

function isObjectNode(node: Fields): boolean {
  return node.properties !== undefined || [node.type].flat().includes('object');
}

/** An object is closed; one that is meant to take more than its properties cannot be kept to. */
function closeObject(node: Fields, adapted: Record<string, unknown>, state: Adapting): void {
  const properties = Object.keys(objectIn(node.properties) ?? {});
  const isOpen = node.additionalProperties ?? properties.length === 0;
  if (isOpen !== false) state.isFaithful = false;
  const required = new Set(listOf(node.required));
  state.optionalFields += properties.filter((name) => !required.has(name)).length;
  adapted.additionalProperties = false;
}

/** Whether a definition leads back to itself. */
function isRecursive(root: Fields): boolean {
  const open = new Set<unknown>();
  const done = new Set<unknown>();
  const visit = (value: unknown, depth: number): boolean => {
    if (typeof value !== 'object' || value === null || done.has(value)) return false;
    if (open.has(value) || depth > DEPTH_MAX) return true;
    open.add(value);
    const { $ref: ref } = value as Fields;
    const next = typeof ref === 'string' ? [resolve(root, ref)] : Object.values(value);
    const isCycle = next.some((each) => visit(each, depth + 1));
    open.delete(value);
    done.add(value);
    return isCycle;
  };
  return visit(root, 0);
}

/** What a reference inside the schema points to. */
function resolve(root: Fields, ref: string): unknown {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const step of ref.slice(2).split('/')) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = (at as Fields | null | undefined)?.[key];
  }
  return at;
}
