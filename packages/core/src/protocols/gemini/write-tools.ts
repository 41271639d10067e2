import type { Fields } from '../json/values.ts';
import type {
  FunctionTool,
  HostedTool,
  NeutralRequest,
  Tool,
  ToolChoice,
} from '../neutral/request.ts';
import { forcesOneTool } from '../neutral/single-call.ts';
import { type Draft, lose } from './draft.ts';
import { present } from './fields.ts';
import { tidyJsonSchema } from './json-schema.ts';
import { toOpenApiSchema } from './openapi-schema.ts';

/** The first generation that reads JSON Schema, and that can hold calls to their schemas. */
export const JSON_SCHEMA_SINCE = 2.5;
/** The first generation that combines its own tools, or a form of the answer, with functions. */
export const COMBINES_SINCE = 3;

/** The tools of a request in Google's words. */
export interface WrittenTools {
  readonly tools?: readonly Fields[];
  readonly toolConfig?: Fields;
}

/** Writes the tools and the choice among them. */
export function writeTools(request: NeutralRequest, draft: Draft): WrittenTools {
  const functions = request.tools.filter((tool): tool is FunctionTool => tool.type === 'function');
  const hosted = writeHosted(request.tools, functions.length > 0, draft);
  const tools = [
    ...(functions.length === 0
      ? []
      : [{ functionDeclarations: functions.map((tool) => declare(tool, draft)) }]),
    ...hosted,
  ];
  if (request.tools.some((tool) => tool.type === 'custom')) {
    lose(draft, 'customTools', 'Gemini has function tools with JSON arguments only');
  }
  if (request.parallelToolCalls === false && !forcesOneTool(request)) {
    lose(draft, 'parallelToolCalls', 'Gemini decides itself how many tools it calls at once');
  }
  const calling = writeChoice(request.toolChoice, functions, draft);
  const combines = functions.length > 0 && hosted.length > 0 && draft.target.isVertex !== true;
  const toolConfig = present({
    functionCallingConfig: calling,
    // The Gemini API demands it where its own tools meet functions; Vertex AI does not know it.
    includeServerSideToolInvocations: combines || undefined,
  });
  return present({
    tools: tools.length === 0 ? undefined : tools,
    toolConfig: Object.keys(toolConfig).length === 0 ? undefined : toolConfig,
  });
}

function declare({ name, description, parameters }: FunctionTool, draft: Draft): Fields {
  return { name, ...present({ description }), ...declareParameters(parameters, draft) };
}

function declareParameters(schema: Fields | undefined, { generation }: Draft): Fields {
  if (schema === undefined) return {};
  if (generation >= JSON_SCHEMA_SINCE) return { parametersJsonSchema: tidyJsonSchema(schema) };
  const parameters = toOpenApiSchema(schema);
  // An object without properties is refused; a function without parameters says nothing of them.
  const isEmpty = Object.keys((parameters.properties as object | undefined) ?? {}).length === 0;
  return isEmpty ? {} : { parameters };
}

function writeHosted(
  tools: readonly Tool[],
  hasFunctions: boolean,
  draft: Draft,
): readonly Fields[] {
  const hosted = tools.filter((tool): tool is HostedTool => tool.type === 'hosted');
  const written = hosted.flatMap((tool) => {
    if (tool.origin === 'gemini') return [tool.value as Fields];
    if (tool.name === 'web_search') return [{ googleSearch: {} }];
    lose(draft, 'hostedTools', `Gemini has no tool '${tool.name}'`);
    return [];
  });
  if (written.length === 0 || !hasFunctions || draft.generation >= COMBINES_SINCE) return written;
  lose(draft, 'hostedTools', 'this model cannot combine its own tools with functions');
  return [];
}

/** A choice is about functions; without any it says nothing. */
function writeChoice(
  choice: ToolChoice | undefined,
  functions: readonly FunctionTool[],
  { generation }: Draft,
): Fields | undefined {
  if (functions.length === 0) return undefined;
  switch (choice?.mode) {
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
    case 'allowed':
      return { mode: choice.isRequired ? 'ANY' : 'VALIDATED', allowedFunctionNames: choice.names };
    default: {
      const isStrict = functions.some((tool) => tool.isStrict === true);
      if (isStrict && generation >= JSON_SCHEMA_SINCE) return { mode: 'VALIDATED' };
      return choice === undefined ? undefined : { mode: 'AUTO' };
    }
  }
}
