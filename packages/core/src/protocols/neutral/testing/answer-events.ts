// An answer as the reader of any upstream may stream it.
import type { BlockHead, Choice, NeutralAnswer } from '../answer.ts';
import type { AnswerEvent } from '../events.ts';
import type { Part } from '../parts.ts';

/** The events of an answer; its text comes in pieces of `size` characters. */
export function eventsOf(answer: NeutralAnswer, size = 4): readonly AnswerEvent[] {
  const { choices, usage, isSuspicious, ...begin } = answer;
  return [
    { kind: 'begin', ...begin },
    ...choices.flatMap((choice) => eventsOfChoice(choice, size)),
    ...(usage ? [{ kind: 'usage', usage, isSuspicious } as const] : []),
    { kind: 'end' },
  ];
}

function eventsOfChoice(choice: Choice, size: number): AnswerEvent[] {
  const { index, parts, stop, stopSequence, logprobs } = choice;
  const rated = parts.findIndex((part) => part.type === 'text');
  const events = parts.flatMap((part, block): AnswerEvent[] => {
    const place = { choice: index, block };
    const likely = block === rated && logprobs ? [{ logprobs }] : [];
    const notes = [...likely, ...notesOf(part)];
    return [
      { kind: 'open', ...place, head: headOf(part) },
      ...piecesOf(textOf(part), size).map((text) => ({ kind: 'delta', ...place, text }) as const),
      ...notes.map((note) => ({ kind: 'note', ...place, note }) as const),
      { kind: 'close', ...place },
    ];
  });
  const sequence = stopSequence === undefined ? {} : { stopSequence };
  return [...events, { kind: 'stop', choice: index, reason: stop, ...sequence }];
}

function piecesOf(text: string, size: number): string[] {
  const characters = [...text];
  const count = Math.ceil(characters.length / size);
  return Array.from({ length: count }, (_, at) =>
    characters.slice(at * size, (at + 1) * size).join(''),
  );
}

type Note = Extract<AnswerEvent, { kind: 'note' }>['note'];

function notesOf(part: Part): Note[] {
  const notes: Note[] = [];
  if (part.type === 'text') {
    for (const citation of part.citations ?? []) notes.push({ citation });
  }
  if (part.type === 'audio' && part.transcript !== undefined) {
    notes.push({ transcript: part.transcript });
  }
  if ('seal' in part && part.seal) notes.push({ seal: part.seal });
  return notes;
}

function textOf(part: Part): string {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return part.text;
    case 'toolCall':
      return part.arguments;
    case 'image':
    case 'audio':
      return part.source.kind === 'data' ? part.source.data : '';
    default:
      return '';
  }
}

function headOf(part: Part): BlockHead {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return { type: part.type };
    case 'toolCall': {
      const { id, name, isCustom } = part;
      return { type: 'toolCall', id, name, ...(isCustom && { isCustom }) };
    }
    case 'image':
    case 'audio': {
      const mediaType = part.source.kind === 'data' ? part.source.mediaType : '';
      const id = part.type === 'audio' && part.id !== undefined ? { id: part.id } : {};
      return { type: part.type, mediaType, ...id };
    }
    case 'opaque':
      return part;
    default:
      throw new Error(`no answer has a part of type ${part.type}`);
  }
}
