import type { Message } from '../neutral/parts.ts';
import { type Writing, writeParts } from './content.ts';
import type { ContentBlock, ConverseMessage } from './wire.ts';

/** The conversation in Converse's form: instructions apart, turns that alternate. */
export interface WrittenMessages {
  readonly system: readonly ContentBlock[];
  readonly messages: readonly ConverseMessage[];
}

/** Instructions are taken together wherever they stand; neighbours of one role become one turn. */
export function writeMessages(messages: readonly Message[], writing: Writing): WrittenMessages {
  const system: ContentBlock[] = [];
  const turns: ConverseMessage[] = [];
  for (const [index, message] of messages.entries()) {
    const blocks = writeParts(message, index, writing);
    if (message.role === 'system') {
      system.push(...blocks);
      continue;
    }
    const last = turns.at(-1);
    if (last?.role === message.role) last.content.push(...blocks);
    else if (blocks.length > 0) turns.push({ role: message.role, content: blocks });
  }
  for (const turn of turns) nameDocuments(turn);
  trimEnd(turns);
  return { system, messages: turns };
}

/** Bedrock wants a text beside documents: the name of the first, where the client wrote none. */
function nameDocuments({ content }: ConverseMessage): void {
  if (content.some((block) => 'text' in block)) return;
  for (const block of content) {
    if (!('document' in block)) continue;
    const { name } = block.document as { readonly name: string };
    content.push({ text: name });
    return;
  }
}

/** Models that go on with an answer refuse one that ends in white space. */
function trimEnd(turns: ConverseMessage[]): void {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (last?.role !== 'assistant' || block === undefined || !('text' in block)) return;
  last.content[last.content.length - 1] = { text: String(block.text).trimEnd() };
}

/** Whether a conversation holds calls of tools or their results. */
export function hasToolBlocks(messages: readonly Message[]): boolean {
  return messages.some(({ parts }) =>
    parts.some(({ type }) => type === 'toolCall' || type === 'toolResult'),
  );
}
