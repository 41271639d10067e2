import type { BlockHead, Choice } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Citation, Part, Seal } from '../neutral/parts.ts';
import type { Usage } from '../neutral/usage.ts';
import { compact } from './fields.ts';

/** What a streamed answer amounts to. */
export interface Streamed {
  readonly id: string;
  readonly model: string;
  readonly serviceTier: string | undefined;
  readonly choice: Choice;
  readonly usage: Usage | undefined;
  readonly isSuspicious: boolean;
  readonly hasEnded: boolean;
  readonly error: unknown;
}

interface Gathered {
  readonly head: BlockHead;
  text: string;
  seal?: Seal;
  readonly citations: Citation[];
  isClosed: boolean;
}

/** Adds up a stream as a whole answer would have it; throws where events break their own rules. */
export function gather(events: readonly AnswerEvent[]): Streamed {
  const blocks: Gathered[] = [];
  const kinds = new Map<AnswerEvent['kind'], AnswerEvent>();
  for (const event of events) {
    kinds.set(event.kind, event);
    if (!('block' in event)) continue;
    if (event.kind === 'open') {
      if (event.block !== blocks.length) throw new Error(`block ${event.block} out of order`);
      blocks.push({ head: event.head, text: '', citations: [], isClosed: false });
    } else {
      const block = blocks[event.block];
      if (!block || block.isClosed) throw new Error(`block ${event.block} is not open`);
      take(block, event);
    }
  }
  const begin = kinds.get('begin') as Extract<AnswerEvent, { kind: 'begin' }> | undefined;
  const stop = kinds.get('stop') as Extract<AnswerEvent, { kind: 'stop' }> | undefined;
  const usage = kinds.get('usage') as Extract<AnswerEvent, { kind: 'usage' }> | undefined;
  const error = kinds.get('error') as Extract<AnswerEvent, { kind: 'error' }> | undefined;
  return {
    id: begin?.id ?? '',
    model: begin?.model ?? '',
    serviceTier: begin?.serviceTier,
    choice: compact({
      index: 0,
      parts: blocks.map(partOf),
      stop: stop?.reason ?? 'error',
      stopSequence: stop?.stopSequence,
    }),
    usage: usage?.usage,
    isSuspicious: usage?.isSuspicious ?? false,
    hasEnded: kinds.has('end'),
    error: error?.error,
  };
}

function take(block: Gathered, event: Extract<AnswerEvent, { block: number }>): void {
  if (event.kind === 'delta') block.text += event.text;
  if (event.kind === 'close') block.isClosed = true;
  if (event.kind !== 'note') return;
  if ('seal' in event.note) block.seal = event.note.seal;
  if ('citation' in event.note) block.citations.push(event.note.citation);
}

function partOf({ head, text, seal, citations }: Gathered): Part {
  const sealed = seal === undefined ? {} : { seal };
  switch (head.type) {
    case 'text':
      return { type: 'text', text, ...(citations.length > 0 ? { citations } : {}), ...sealed };
    case 'toolCall':
      return { ...head, arguments: text, ...sealed };
    case 'reasoning':
      return { type: 'reasoning', text, ...sealed };
    case 'refusal':
      return { type: 'refusal', text };
    case 'opaque':
      return head;
    case 'image':
      return {
        type: 'image',
        source: { kind: 'data', data: text, mediaType: head.mediaType },
        ...sealed,
      };
    case 'audio':
      return { type: 'audio', source: { kind: 'data', data: text, mediaType: head.mediaType } };
  }
}

/** The events of a stream of this wire, in order; each is named as its data say. */
export function eventsOf(stream: string): readonly Record<string, unknown>[] {
  const events = stream.split('\n\n').filter((event) => event !== '');
  return events.map((event) => {
    const [, name, data] = /^event: (.+)\ndata: (.+)$/.exec(event) ?? [];
    const value = JSON.parse(data ?? 'null') as Record<string, unknown>;
    if (value.type !== name) throw new Error(`event ${name} has type ${value.type}`);
    return value;
  });
}

interface ClientBlock {
  type: string;
  [field: string]: unknown;
}

/** What a client of this wire adds a stream up to, by the rules that the official clients follow. */
export function clientMessage(stream: string): Record<string, unknown> {
  const events = eventsOf(stream);
  const [start] = events;
  if (start?.type !== 'message_start') throw new Error('the stream has no beginning');
  if (events.at(-1)?.type !== 'message_stop') throw new Error('the stream has no end');
  const message = structuredClone(start.message) as Record<string, unknown>;
  const content: ClientBlock[] = [];
  let open: number | undefined;
  for (const event of events.slice(1)) {
    switch (event.type) {
      case 'content_block_start':
        if (open !== undefined || event.index !== content.length) throw new Error('out of order');
        open = content.length;
        content.push({ ...(event.content_block as ClientBlock) });
        break;
      case 'content_block_delta':
        if (event.index !== open) throw new Error('a delta of a block that is not open');
        addDelta(content.at(-1) as ClientBlock, event.delta as ClientBlock);
        break;
      case 'content_block_stop':
        if (event.index !== open) throw new Error('an end of a block that is not open');
        finishBlock(content.at(-1) as ClientBlock);
        open = undefined;
        break;
      case 'message_delta':
        if (open !== undefined) throw new Error('a block is still open');
        Object.assign(message, event.delta);
        Object.assign(message.usage as object, event.usage);
        break;
      default:
        break;
    }
  }
  return { ...message, content };
}

function addDelta(block: ClientBlock, delta: ClientBlock): void {
  switch (delta.type) {
    case 'text_delta':
      block.text = `${block.text}${delta.text}`;
      break;
    case 'thinking_delta':
      block.thinking = `${block.thinking}${delta.thinking}`;
      break;
    case 'signature_delta':
      block.signature = delta.signature;
      break;
    case 'citations_delta':
      block.citations = [...((block.citations as unknown[]) ?? []), delta.citation];
      break;
    case 'input_json_delta':
      block.json = `${block.json ?? ''}${delta.partial_json}`;
      break;
    default:
      throw new Error(`unknown delta ${delta.type}`);
  }
}

function finishBlock(block: ClientBlock): void {
  const { json } = block;
  delete block.json;
  if (typeof json === 'string' && json !== '') block.input = JSON.parse(json);
}
