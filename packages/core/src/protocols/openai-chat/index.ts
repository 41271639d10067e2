export { openaiChat } from './dialect.ts';
export { chatPassage } from './passage.ts';
export { chatClient, chatUpstream } from './wires.ts';
