import type { BlockHead } from '../neutral/answer.ts';
import type { Block } from './block.ts';
import { CallBlock } from './call-block.ts';
import { ImageBlock } from './image-block.ts';
import { AudioBlock, RefusalBlock, TextBlock } from './message-blocks.ts';
import type { ResponseOutput } from './output.ts';
import { ReasoningBlock } from './reasoning-block.ts';
import { addOpaque } from './riders.ts';

/** Opens a block of an answer in its output; undefined for one that is complete with its head. */
export function openBlock(output: ResponseOutput, head: BlockHead): Block | undefined {
  switch (head.type) {
    case 'text':
      return new TextBlock(output);
    case 'refusal':
      return new RefusalBlock(output);
    case 'reasoning':
      return new ReasoningBlock(output);
    case 'toolCall':
      return new CallBlock(output, head);
    case 'image':
      return new ImageBlock(output, head.mediaType);
    case 'audio':
      return new AudioBlock(output);
    case 'opaque':
      addOpaque(output, head);
      return undefined;
  }
}
