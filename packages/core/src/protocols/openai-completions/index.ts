export type { CompletionsCall } from './decode.ts';
export { openaiCompletions } from './dialect.ts';
export { createCompletionTranslation } from './translation.ts';
