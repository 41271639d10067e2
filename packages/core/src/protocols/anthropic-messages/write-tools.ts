import type { Fields } from '../json/values.ts';
import type { Message } from '../neutral/parts.ts';
import type {
  FunctionTool,
  HostedTool,
  Loss,
  NeutralRequest,
  Tool,
  ToolChoice,
} from '../neutral/request.ts';
import { writeCache } from './cache-control.ts';
import { compact, objectIn } from './fields.ts';
import type { ModelTraits } from './models.ts';
import { adaptSchema } from './output-schema.ts';
import type { WrittenOutput } from './write-output.ts';

/** The fields of a request that are about tools. */
export interface WrittenTools {
  readonly tools?: readonly Fields[];
  readonly tool_choice?: Fields;
}

/** Writes tools and the choice among them; the tool that stands in for a format is one of them. */
export function writeTools(
  request: NeutralRequest,
  traits: ModelTraits,
  { tool: outputTool }: WrittenOutput,
  losses: Loss[],
): WrittenTools {
  const { toolChoice: choice } = request;
  const allowed = choice?.mode === 'allowed' ? new Set(choice.names) : undefined;
  const offered = request.tools.filter((tool) => !allowed || allowed.has(tool.name));
  const given = offered.flatMap((tool) => writeTool(tool, traits, losses));
  const tools = outputTool ? [...(choice?.mode === 'none' ? [] : given), outputTool] : given;
  if (tools.length === 0) return writeWithoutTools(request, losses);
  const mode = outputTool ? outputMode(tools, outputTool) : writeMode(choice, traits, losses);
  return compact({ tools, tool_choice: withParallel(mode, request.parallelToolCalls) });
}

function writeTool(tool: Tool, traits: ModelTraits, losses: Loss[]): readonly Fields[] {
  if (tool.type === 'function') return [writeFunction(tool, traits)];
  const hosted = tool.type === 'hosted' ? writeHosted(tool) : undefined;
  if (hosted) return [hosted];
  losses.push(
    tool.type === 'custom'
      ? { ability: 'customTools', reason: `the tool '${tool.name}' takes free text, not JSON` }
      : { ability: 'hostedTools', reason: `there is no tool like '${tool.name}' here` },
  );
  return [];
}

function writeFunction(tool: FunctionTool, { takesFormat }: ModelTraits): Fields {
  const given = tool.parameters ?? { properties: {} };
  const schema = given.type === 'object' ? given : { type: 'object', ...given };
  const strict = tool.isStrict === true && takesFormat ? adaptSchema(schema) : undefined;
  const isStrict = strict?.isFaithful === true;
  return compact({
    name: tool.name,
    description: tool.description,
    input_schema: isStrict ? strict.schema : schema,
    strict: isStrict || (tool.isStrict === false && takesFormat ? false : undefined),
    ...writeCache(tool.cache),
  });
}

const WEB_SEARCH = { type: 'web_search_20250305', name: 'web_search' };

/** A hosted tool of this wire as it is; another provider's search becomes this one's. */
function writeHosted({ origin, name, value }: HostedTool): Fields | undefined {
  if (origin === 'messages') return objectIn(value);
  if (name !== 'web_search') return undefined;
  const given = objectIn(value) ?? {};
  const filters = objectIn(given.filters) ?? {};
  return compact({
    ...WEB_SEARCH,
    allowed_domains: domainsIn(filters.allowed_domains),
    blocked_domains: domainsIn(filters.blocked_domains),
    user_location: locationIn(given.user_location),
  });
}

function domainsIn(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

/** OpenAI has two forms of it: the fields beside the type, or within `approximate`. */
function locationIn(value: unknown): Fields | undefined {
  const given = objectIn(value);
  if (given === undefined) return undefined;
  const { city, country, region, timezone } = objectIn(given.approximate) ?? given;
  return compact({ type: 'approximate', city, country, region, timezone });
}

/** The model either calls one of the client's tools or answers through the tool that stands in. */
function outputMode(tools: readonly Fields[], outputTool: Fields): Fields {
  const base = { disable_parallel_tool_use: true };
  if (tools.length === 1) return { type: 'tool', name: outputTool.name, ...base };
  return { type: 'any', ...base };
}

function writeMode(
  choice: ToolChoice | undefined,
  { takesForcedTools }: ModelTraits,
  losses: Loss[],
): Fields | undefined {
  if (choice === undefined) return undefined;
  const written = modeOf(choice);
  const isForced = written.type === 'any' || written.type === 'tool';
  if (!isForced || takesForcedTools) return written;
  losses.push({ ability: 'toolChoice', reason: 'this model cannot be made to call a tool' });
  return undefined;
}

function modeOf(choice: ToolChoice): Fields {
  switch (choice.mode) {
    case 'auto':
    case 'none':
      return { type: choice.mode };
    case 'required':
      return { type: 'any' };
    case 'tool':
      return { type: 'tool', name: choice.name };
    case 'allowed':
      return { type: choice.isRequired ? 'any' : 'auto' };
  }
}

function withParallel(mode: Fields | undefined, isParallel: boolean | undefined) {
  if (isParallel !== false || mode?.type === 'none') return mode;
  return { type: 'auto', ...mode, disable_parallel_tool_use: true };
}

/** Calls of former turns need their tools defined, even where none may be called any more. */
function writeWithoutTools(request: NeutralRequest, losses: Loss[]): WrittenTools {
  const { mode } = request.toolChoice ?? { mode: 'none' };
  if (mode === 'tool' || mode === 'required') {
    losses.push({ ability: 'toolChoice', reason: 'there is no tool to call' });
  }
  const names = namesCalled(request.messages);
  if (names.length === 0) return {};
  const tools = names.map((name) => ({ name, input_schema: { type: 'object' } }));
  return { tools, tool_choice: { type: 'none' } };
}

function namesCalled(messages: readonly Message[]): readonly string[] {
  const parts = messages.flatMap((message) => message.parts);
  return [...new Set(parts.flatMap((part) => (part.type === 'toolCall' ? [part.name] : [])))];
}

/** Whether the request makes the model call a tool. */
export function isForced({ tool_choice: choice }: WrittenTools): boolean {
  return choice?.type === 'any' || choice?.type === 'tool';
}
