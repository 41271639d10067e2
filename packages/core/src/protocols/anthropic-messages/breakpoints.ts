import type { CacheBreakpoint, Message, Part } from '../neutral/parts.ts';
import type { NeutralRequest, Tool } from '../neutral/request.ts';

/** More breakpoints in a request are refused. */
const BREAKPOINTS_MAX = 4;

/** What decides where breakpoints are worth setting. */
export interface BreakpointOptions {
  /** The shortest prefix that the model's provider caches, in tokens. */
  readonly minimumTokens: number;
  /** How many tokens a text has, about. */
  readonly estimate: (text: string) => number;
  /**
   * Whether a prefix of the prompt, printed, may be cached; all may where this is left out. A write
   * costs more than reading the prompt, so that it should have been seen before.
   */
  readonly isWorthCaching?: (prefix: string) => boolean;
}

const BREAKPOINT: CacheBreakpoint = { ttl: '5m' };

/** A place in the prompt where a breakpoint can stand; the prompt is in this order. */
type Place = { readonly kind: 'tools' } | { readonly kind: 'message'; readonly index: number };

/**
 * Sets prompt-cache breakpoints where the client set none: behind the tools, behind the instructions
 * and behind the last user turn but one, as far as the prefix is long enough. Pure; gives the same
 * request where nothing is to be set.
 */
export function placeBreakpoints(
  request: NeutralRequest,
  options: BreakpointOptions,
): NeutralRequest {
  if (countBreakpoints(request) > 0) return request;
  let marked = request;
  for (const place of placesOf(request)) {
    const prefix = prefixUpTo(request, place);
    if (options.estimate(prefix.text) + prefix.mediaTokens < options.minimumTokens) continue;
    if (options.isWorthCaching?.(prefix.text) === false) continue;
    marked = place.kind === 'tools' ? markTools(marked) : markMessage(marked, place.index);
  }
  return marked;
}

function placesOf({ tools, messages }: NeutralRequest): readonly Place[] {
  const places: Place[] = tools.some((tool) => tool.type === 'function') ? [{ kind: 'tools' }] : [];
  const firstTurn = messages.findIndex(({ role }) => role !== 'system');
  if (firstTurn > 0) places.push({ kind: 'message', index: firstTurn - 1 });
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const answered = messages.slice(0, last).findLastIndex(({ role }) => role === 'assistant');
  const before = messages.slice(0, answered + 1).findLastIndex(({ role }) => role === 'user');
  if (before >= 0) places.push({ kind: 'message', index: before });
  return places;
}

/** What an image or a page of a document takes in a prompt, about, in tokens. */
const MEDIA_TOKENS = 1_500;

interface Prefix {
  readonly text: string;
  readonly mediaTokens: number;
}

/** The prompt up to a place, printed; the data of media are part of what is printed. */
function prefixUpTo({ tools, messages }: NeutralRequest, place: Place): Prefix {
  const before = place.kind === 'tools' ? [] : messages.slice(0, place.index + 1);
  const parts = before.flatMap((message) => message.parts);
  const media = parts.filter(({ type }) => type === 'image' || type === 'file').length;
  return {
    text: JSON.stringify([tools, before], printedShort),
    mediaTokens: media * MEDIA_TOKENS,
  };
}

/** Data of media are told apart by their ends and length: printing them whole costs too much. */
function printedShort(key: string, value: unknown): unknown {
  if (key !== 'data' || typeof value !== 'string' || value.length <= 128) return value;
  return `${value.slice(0, 64)}…${value.length}…${value.slice(-64)}`;
}

function markTools(request: NeutralRequest): NeutralRequest {
  const index = request.tools.findLastIndex((tool) => tool.type === 'function');
  const tools = request.tools.map((tool, at) => (at === index ? markTool(tool) : tool));
  return { ...request, tools };
}

function markTool(tool: Tool): Tool {
  return tool.type === 'function' ? { ...tool, cache: BREAKPOINT } : tool;
}

function markMessage(request: NeutralRequest, index: number): NeutralRequest {
  const messages = request.messages.map((message, at) =>
    at === index ? markLastPart(message) : message,
  );
  return { ...request, messages };
}

function markLastPart(message: Message): Message {
  const index = message.parts.findLastIndex(canCarry);
  const parts = message.parts.map((part, at) =>
    at === index ? ({ ...part, cache: BREAKPOINT } as Part) : part,
  );
  return { ...message, parts };
}

const CARRIERS: ReadonlySet<Part['type']> = new Set([
  'text',
  'image',
  'file',
  'toolCall',
  'toolResult',
]);

function canCarry(part: Part): boolean {
  return CARRIERS.has(part.type) && !(part.type === 'text' && part.text.trim() === '');
}

type Carrier = { readonly cache?: CacheBreakpoint };

function carriersOf({ tools, messages }: NeutralRequest): readonly Carrier[] {
  const inMessages = messages.flatMap(({ parts }) => parts.flatMap(withNested));
  return [...tools, ...inMessages] as readonly Carrier[];
}

function withNested(part: Part): readonly Part[] {
  return part.type === 'toolResult' ? [...part.content, part] : [part];
}

function countBreakpoints(request: NeutralRequest): number {
  return carriersOf(request).filter(({ cache }) => cache !== undefined).length;
}

/** Keeps the last four breakpoints of a request that has more: they are behind the longest prefixes. */
export function limitBreakpoints(request: NeutralRequest): NeutralRequest {
  let surplus = countBreakpoints(request) - BREAKPOINTS_MAX;
  if (surplus <= 0) return request;
  const limit = <T extends object>(carrier: T): T => {
    const { cache, ...rest } = carrier as T & Carrier;
    if (cache === undefined || surplus <= 0) return carrier;
    surplus--;
    return rest as T;
  };
  const limitPart = (part: Part): Part =>
    limit(part.type === 'toolResult' ? { ...part, content: part.content.map(limit) } : part);
  return {
    ...request,
    tools: request.tools.map(limit),
    messages: request.messages.map((message) => ({
      ...message,
      parts: message.parts.map(limitPart),
    })),
  };
}
