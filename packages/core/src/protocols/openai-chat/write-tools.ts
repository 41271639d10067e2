import { type Fields, fieldsOf } from '../json/values.ts';
import type { HostedTool, Loss, NeutralRequest, Tool, ToolChoice } from '../neutral/request.ts';
import type { ModelFamily } from './families.ts';
import { writeCache } from './write-content.ts';

/** Tools, the choice among them, and what of them cannot be told. */
export interface WrittenTools {
  readonly fields: Fields;
  readonly losses: readonly Loss[];
}

/** Writes what a request says about tools. */
export function writeTools(request: NeutralRequest, family: ModelFamily): WrittenTools {
  const losses: Loss[] = [];
  const tools: Fields[] = [];
  let search: Fields = {};
  for (const tool of request.tools) {
    const written = writeTool(tool, family);
    if ('loss' in written) losses.push(written.loss);
    else if ('web_search_options' in written.fields) search = written.fields;
    else tools.push(written.fields);
  }
  const { toolChoice, parallelToolCalls } = request;
  const choice =
    tools.length > 0 && toolChoice ? writeChoice(toolChoice, request.tools) : undefined;
  const isSaid = tools.length > 0 && parallelToolCalls !== undefined;
  const fields = {
    ...(tools.length > 0 && { tools }),
    ...search,
    ...(choice !== undefined && { tool_choice: choice }),
    ...(isSaid && { parallel_tool_calls: parallelToolCalls }),
  };
  return { fields, losses };
}

/** A tool, or `web_search_options`, which stand beside the tools; else why it is lost. */
type WrittenTool = { readonly fields: Fields } | { readonly loss: Loss };

function writeTool(tool: Tool, family: ModelFamily): WrittenTool {
  switch (tool.type) {
    case 'function': {
      const { name, description, parameters, isStrict, cache } = tool;
      const definition = {
        name,
        ...(description !== undefined && { description }),
        ...(parameters && { parameters }),
        ...(isStrict !== undefined && { strict: isStrict }),
      };
      return {
        fields: { type: 'function', function: definition, ...writeCache(cache, family) },
      };
    }
    case 'custom': {
      if (!family.isOpenAi) return { loss: { ability: 'customTools', reason: NO_CUSTOM } };
      const { name, description, format } = tool;
      const definition = {
        name,
        ...(description !== undefined && { description }),
        ...(format !== undefined && { format }),
      };
      return { fields: { type: 'custom', custom: definition } };
    }
    case 'hosted':
      return writeHosted(tool, family);
  }
}

const NO_CUSTOM = 'the model takes function tools only';

function writeHosted(tool: HostedTool, family: ModelFamily): WrittenTool {
  if (tool.origin === 'chat') return { fields: fieldsOf(tool.value) };
  if (tool.name === 'web_search' && family.searches) return { fields: { web_search_options: {} } };
  const reason = `the upstream has no tool '${tool.name}' of its own`;
  return { loss: { ability: 'hostedTools', reason } };
}

function writeChoice(choice: ToolChoice, tools: readonly Tool[]): unknown {
  switch (choice.mode) {
    case 'tool':
      return reference(choice.name, tools);
    case 'allowed':
      return {
        type: 'allowed_tools',
        allowed_tools: {
          mode: choice.isRequired ? 'required' : 'auto',
          tools: choice.names.map((name) => reference(name, tools)),
        },
      };
    default:
      return choice.mode;
  }
}

function reference(name: string, tools: readonly Tool[]): Fields {
  const isCustom = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  return isCustom ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } };
}
