import type { ToolChoice } from '../neutral/request.ts';

/** Whether a choice makes the model call a tool. */
export function forcesCall(choice: ToolChoice | undefined): boolean {
  if (choice === undefined) return false;
  if (choice.mode === 'allowed') return choice.isRequired;
  return choice.mode === 'required' || choice.mode === 'tool';
}
