import type { NeutralRequest } from './request.ts';

/**
 * Whether a request forces the one tool that may be called: that is how clients ask for an object, and
 * models call it once, whether they can be kept to one call at a time or not.
 */
export function forcesOneTool({
  tools,
  toolChoice,
}: Pick<NeutralRequest, 'tools' | 'toolChoice'>): boolean {
  switch (toolChoice?.mode) {
    case 'tool':
      return true;
    case 'required':
      return tools.length === 1;
    case 'allowed':
      return toolChoice.isRequired && toolChoice.names.length === 1;
    default:
      return false;
  }
}
