import type { Fields } from '../json/values.ts';
import type { Message } from '../neutral/parts.ts';
import type { ModelTraits } from './models.ts';
import { type ContentContext, contentOf, writeParts } from './write-content.ts';

/** Where the instructions and the turns of a request go. */
export interface WrittenTurns {
  readonly system: unknown;
  readonly messages: readonly Fields[];
  /** Whether the conversation stands in the middle of tool calls that were made without thoughts. */
  readonly isThoughtlessLoop: boolean;
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly blocks: Fields[];
  /** Instructions that follow the turn. */
  readonly instructions: Fields[];
  /** The message that began it. */
  readonly index: number;
}

/** Writes the conversation. Consecutive messages of a role are one turn, as the upstream takes them. */
export function writeTurns(
  messages: readonly Message[],
  traits: ModelTraits,
  context: ContentContext,
): WrittenTurns {
  const turns: Turn[] = [];
  const system: Fields[] = [];
  let waiting: Fields[] = [];
  for (const [index, message] of messages.entries()) {
    const blocks = writeParts({ message, index }, context);
    if (message.role !== 'system') {
      waiting = addTurn(turns, { role: message.role, blocks, instructions: waiting, index });
    } else if (turns.length === 0 || !traits.takesSystemMidway) {
      system.push(...blocks);
    } else {
      waiting = addInstructions(turns, waiting, blocks);
    }
  }
  system.push(...waiting);
  checkEnding(turns, traits, context);
  return finished(turns, system);
}

/** Adds a turn or lengthens the last one; gives the instructions that still wait for a user turn. */
function addTurn(turns: Turn[], turn: Turn): Fields[] {
  if (turn.blocks.length === 0) return turn.instructions;
  const last = turns.at(-1);
  const current = last?.role === turn.role ? last : { ...turn, instructions: [] };
  if (current === last) current.blocks.push(...turn.blocks);
  else turns.push(current);
  if (turn.role === 'assistant') return turn.instructions;
  current.instructions.push(...turn.instructions);
  return [];
}

/** Instructions may only stand behind a user turn; others wait for the next one. */
function addInstructions(turns: readonly Turn[], waiting: Fields[], blocks: Fields[]): Fields[] {
  const last = turns.at(-1);
  if (last?.role !== 'user') return [...waiting, ...blocks];
  last.instructions.push(...blocks);
  return waiting;
}

/** A last turn of the assistant is the beginning of the answer, which newer models do not take. */
function checkEnding(turns: Turn[], { takesPrefill }: ModelTraits, context: ContentContext): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant' || isPaused(last)) return;
  if (takesPrefill) {
    trimEnding(last);
    return;
  }
  const reason = 'this model cannot go on with an answer that the request begins';
  context.losses.push({ message: last.index, part: 0, reason });
  turns.pop();
}

const UNFINISHED_CALLS: ReadonlySet<string> = new Set(['server_tool_use', 'mcp_tool_use']);

/** Whether the turn breaks off in the middle of what the upstream's own tools do. */
function isPaused({ blocks }: Turn): boolean {
  const type = String(blocks.at(-1)?.type);
  return UNFINISHED_CALLS.has(type) || type.endsWith('_tool_result');
}

/** The beginning of an answer may not end with white space. */
function trimEnding({ blocks }: Turn): void {
  const block = blocks.at(-1);
  if (typeof block?.text !== 'string') return;
  blocks[blocks.length - 1] = { ...block, text: block.text.trimEnd() };
}

function finished(turns: readonly Turn[], system: readonly Fields[]): WrittenTurns {
  const messages = turns.flatMap(writeTurn);
  const isThoughtlessLoop = isLoopWithoutThoughts(turns);
  if (messages.length > 0 || system.length === 0) {
    const written = system.length === 0 ? undefined : contentOf(system);
    return { system: written, messages, isThoughtlessLoop };
  }
  // Instructions alone are taken as the question: there has to be one.
  const question = { role: 'user', content: contentOf(system) };
  return { system: undefined, messages: [question], isThoughtlessLoop };
}

function writeTurn({ role, blocks, instructions }: Turn): Fields[] {
  const turn = { role, content: contentOf(role === 'user' ? resultsFirst(blocks) : blocks) };
  if (instructions.length === 0) return [turn];
  return [turn, { role: 'system', content: contentOf(instructions) }];
}

/** Results answer the calls right before them: nothing may stand between. */
function resultsFirst(blocks: readonly Fields[]): readonly Fields[] {
  const isResult = (block: Fields) => block.type === 'tool_result';
  if (!blocks.some(isResult)) return blocks;
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}

function isLoopWithoutThoughts(turns: readonly Turn[]): boolean {
  const [calling, answering] = turns.slice(-2);
  if (calling?.role !== 'assistant' || answering?.role !== 'user') return false;
  if (!answering.blocks.some(({ type }) => type === 'tool_result')) return false;
  return !calling.blocks.some(({ type }) => type === 'thinking' || type === 'redacted_thinking');
}
