import { invalid } from '../../kernel/index.ts';
import { type Fields, stringOf } from '../json/values.ts';
import type { NeutralRequest, Tool, ToolChoice } from '../neutral/request.ts';
import { readCache } from './cache-control.ts';
import { compact, objectIn } from './fields.ts';
import { needText } from './media.ts';

const WEB_SEARCH = 'web_search';

/** Reads the `tools` of a request. Throws `invalid_request` naming the field. */
export function readTools(value: unknown): readonly Tool[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid('tools', "'tools' must be an array.");
  return value.map((tool, index) => readTool(tool, `tools.${index}`));
}

function readTool(value: unknown, place: string): Tool {
  const tool = objectIn(value);
  if (tool === undefined) throw invalid(place, `'${place}' must be an object.`);
  const type = tool.type ?? 'custom';
  if (type !== 'custom') return readHostedTool(tool, String(type));
  const parameters = objectIn(tool.input_schema);
  if (parameters === undefined) {
    throw invalid(`${place}.input_schema`, `'${place}.input_schema' must be an object.`);
  }
  return compact({
    type: 'function' as const,
    name: needText(tool.name, `${place}.name`),
    description: stringOf(tool.description),
    parameters,
    isStrict: typeof tool.strict === 'boolean' ? tool.strict : undefined,
    ...readCache(tool),
  });
}

function readHostedTool(tool: Fields, type: string): Tool {
  const name = type.startsWith(WEB_SEARCH) ? WEB_SEARCH : (stringOf(tool.name) ?? type);
  return { type: 'hosted', origin: 'messages', name, value: tool };
}

/** Reads `tool_choice`, which also says whether several calls at once are welcome. */
export function readToolChoice(
  value: unknown,
): Pick<NeutralRequest, 'toolChoice' | 'parallelToolCalls'> {
  if (value === undefined || value === null) return {};
  const choice = objectIn(value);
  if (choice === undefined) throw invalid('tool_choice', "'tool_choice' must be an object.");
  return compact({
    toolChoice: readMode(choice),
    parallelToolCalls: choice.disable_parallel_tool_use === true ? false : undefined,
  });
}

function readMode(choice: Fields): ToolChoice {
  switch (choice.type) {
    case 'auto':
      return { mode: 'auto' };
    case 'any':
      return { mode: 'required' };
    case 'none':
      return { mode: 'none' };
    case 'tool':
      return { mode: 'tool', name: needText(choice.name, 'tool_choice.name') };
    default:
      throw invalid('tool_choice.type', "'tool_choice.type' must be auto, any, tool or none.");
  }
}
