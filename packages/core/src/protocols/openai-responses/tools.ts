import { type Fields, fieldsOf, isFields, listOf, stringOf, textOf } from '../json/values.ts';
import type {
  CustomTool,
  FunctionTool,
  HostedTool,
  Loss,
  NeutralRequest,
  Tool,
  ToolChoice,
} from '../neutral/request.ts';

const WEB_SEARCH = 'web_search';
/** The dated and preview names of the search tool; to other wires they are one. */
const WEB_SEARCH_NAMES = /^web_search(_|$)/;

/** The tools of a request. */
export function readTools(tools: unknown): readonly Tool[] {
  return listOf(tools).filter(isFields).map(readTool);
}

function readTool(tool: Fields): Tool {
  switch (tool.type) {
    case 'function':
      return readFunction(tool);
    case 'custom':
      return readCustom(tool);
    default:
      return { type: 'hosted', origin: 'responses', name: hostedName(tool.type), value: tool };
  }
}

function readFunction({ name, description, parameters, strict }: Fields): FunctionTool {
  const said = stringOf(description);
  return {
    type: 'function',
    name: textOf(name),
    ...(said !== undefined && { description: said }),
    ...(isFields(parameters) && { parameters }),
    ...(strict === true && { isStrict: true }),
  };
}

function readCustom({ name, description, format }: Fields): CustomTool {
  const said = stringOf(description);
  return {
    type: 'custom',
    name: textOf(name),
    ...(said !== undefined && { description: said }),
    ...(isFields(format) && { format }),
  };
}

function hostedName(type: unknown): string {
  return WEB_SEARCH_NAMES.test(textOf(type)) ? WEB_SEARCH : textOf(type);
}

/** What the model may or must call; undefined where the request does not say. */
export function readToolChoice(choice: unknown): ToolChoice | undefined {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { mode: choice };
  if (!isFields(choice)) return undefined;
  if (choice.type === 'allowed_tools') {
    const names = listOf(choice.tools).map((tool) => chosenName(fieldsOf(tool)));
    return { mode: 'allowed', names, isRequired: choice.mode === 'required' };
  }
  return { mode: 'tool', name: chosenName(choice) };
}

/** A named tool, or the kind of a hosted one. */
function chosenName({ type, name }: Fields): string {
  const isNamed = type === 'function' || type === 'custom';
  return isNamed ? textOf(name) : hostedName(type);
}

/** The tools and their choice in the wire's words, and what cannot be said in them. */
export interface WrittenTools {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly losses: readonly Loss[];
}

/** Writes tools, their choice, and whether several may be called at once. */
export function writeTools(request: NeutralRequest): WrittenTools {
  const losses: Loss[] = [];
  const tools: object[] = [];
  for (const tool of request.tools) {
    const written = writeTool(tool);
    if ('lost' in written) losses.push({ ability: 'hostedTools', reason: written.lost });
    else tools.push(written.wire);
  }
  const { toolChoice, parallelToolCalls } = request;
  return {
    fields: {
      ...(tools.length > 0 && { tools }),
      ...(toolChoice && { tool_choice: writeToolChoice(toolChoice, request.tools) }),
      ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
    },
    losses,
  };
}

type WrittenTool = { readonly wire: object } | { readonly lost: string };

function writeTool(tool: Tool): WrittenTool {
  switch (tool.type) {
    case 'function':
      return { wire: writeFunction(tool) };
    case 'custom':
      return { wire: writeCustom(tool) };
    case 'hosted':
      return writeHosted(tool);
  }
}

/** Functions of this wire are strict where they do not say; those of all others are not. */
function writeFunction({ name, description, parameters, isStrict = false }: FunctionTool): object {
  return {
    type: 'function',
    name,
    ...(description !== undefined && { description }),
    parameters: parameters ?? { type: 'object', properties: {} },
    strict: isStrict,
  };
}

function writeCustom({ name, description, format }: CustomTool): object {
  return {
    type: 'custom',
    name,
    ...(description !== undefined && { description }),
    ...(format !== undefined && { format: flatFormat(format) }),
  };
}

/** The chat wire nests what a grammar says; here it stands beside the type. */
function flatFormat(format: unknown): unknown {
  const { type, grammar } = fieldsOf(format);
  return isFields(grammar) ? { type, ...grammar } : format;
}

function writeHosted({ origin, name, value }: HostedTool): WrittenTool {
  if (origin === 'responses' && isFields(value)) return { wire: value };
  if (name !== WEB_SEARCH) return { lost: `the tool '${name}' belongs to another vendor` };
  const given = fieldsOf(value);
  if (listOf(given.blocked_domains).length > 0) {
    return { lost: 'the web search of this upstream cannot leave out domains' };
  }
  return { wire: { type: WEB_SEARCH, ...searchFilters(given), ...searchPlace(given) } };
}

function searchFilters({ allowed_domains: allowed }: Fields): object {
  return listOf(allowed).length > 0 ? { filters: { allowed_domains: allowed } } : {};
}

function searchPlace({ user_location: place }: Fields): object {
  return isFields(place) ? { user_location: place } : {};
}

function writeToolChoice(choice: ToolChoice, tools: readonly Tool[]): unknown {
  switch (choice.mode) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.mode;
    case 'tool':
      return writeChosen(choice.name, tools);
    case 'allowed':
      return {
        type: 'allowed_tools',
        mode: choice.isRequired ? 'required' : 'auto',
        tools: choice.names.map((name) => writeChosen(name, tools)),
      };
  }
}

function writeChosen(name: string, tools: readonly Tool[]): object {
  const tool = tools.find((each) => each.name === name);
  if (tool?.type !== 'hosted') return { type: tool?.type ?? 'function', name };
  const type = tool.origin === 'responses' ? fieldsOf(tool.value).type : name;
  return { type: stringOf(type) ?? name };
}
