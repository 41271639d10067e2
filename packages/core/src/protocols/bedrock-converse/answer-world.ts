import assert from 'node:assert/strict';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Part } from '../neutral/parts.ts';
import { converseUpstream } from './index.ts';

/** For tests: the events of a stream whose bytes come in these pieces. */
export function eventsOf(pieces: Iterable<Uint8Array>): AnswerEvent[] {
  const reader = converseUpstream.openReader();
  const events = [...pieces].flatMap((piece) => [...reader.push(Buffer.from(piece))]);
  return [...events, ...reader.end()];
}

/** For tests: what a stream makes up in the end. */
export interface Gathered {
  parts: Part[];
  stop?: unknown;
  stopSequence?: unknown;
  usage?: unknown;
}

/** For tests: the parts that a stream's events make up; fails where a block is not opened and closed once. */
export function gather(events: readonly AnswerEvent[]): Gathered {
  const parts: { -readonly [K in string]: unknown }[] = [];
  const open = new Set<number>();
  const gathered: Gathered = { parts: [] };
  for (const event of events) {
    if (event.kind === 'open') {
      assert.equal(event.block, parts.length, 'blocks count up');
      open.add(event.block);
      parts.push(partOf(event.head));
    } else if (event.kind === 'delta' || event.kind === 'note') {
      const part = parts[event.block];
      assert.ok(part && open.has(event.block), 'only open blocks get more');
      addTo(part, event);
    } else if (event.kind === 'close') {
      assert.ok(open.delete(event.block), 'a block is closed once');
    } else if (event.kind === 'stop') {
      assert.equal(open.size, 0, 'all blocks are closed at the stop');
      gathered.stop = event.reason;
      gathered.stopSequence = event.stopSequence;
    } else if (event.kind === 'usage') {
      gathered.usage = event.usage;
    }
  }
  gathered.parts = parts as unknown as Part[];
  return gathered;
}

type Head = Extract<AnswerEvent, { kind: 'open' }>['head'];

function partOf(head: Head): Record<string, unknown> {
  switch (head.type) {
    case 'toolCall':
      return { type: 'toolCall', id: head.id, name: head.name, arguments: '' };
    case 'opaque':
      return { ...head };
    case 'image':
      return { type: 'image', source: { kind: 'data', data: '', mediaType: head.mediaType } };
    default:
      return { type: head.type, text: '' };
  }
}

function addTo(part: Record<string, unknown>, event: AnswerEvent): void {
  if (event.kind === 'delta') {
    const field = part.type === 'toolCall' ? 'arguments' : 'text';
    if (part.type !== 'image') part[field] = String(part[field]) + event.text;
    else (part.source as { data: string }).data += event.text;
  } else if (event.kind === 'note' && 'citation' in event.note) {
    part.citations = [...((part.citations as unknown[]) ?? []), event.note.citation];
  } else if (event.kind === 'note' && 'seal' in event.note) {
    part.seal = event.note.seal;
  }
}
