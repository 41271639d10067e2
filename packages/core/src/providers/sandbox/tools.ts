import type { ChatCompletionRequest } from '@meridian/contract';
import { refuse, WireRefusal } from './refusal.ts';

/** Something that may be called: a function with a schema, or a custom tool that takes text. */
export interface SandboxTool {
  readonly kind: 'function' | 'custom';
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments; undefined for a custom tool. */
  readonly schema?: unknown;
}

/** Which tools may or must be called. */
export interface ToolChoice {
  readonly mode: 'none' | 'auto' | 'required' | 'named';
  /** The tools that may be called. */
  readonly allowed: readonly SandboxTool[];
  readonly isParallel: boolean;
  /** Asked for with `functions`, the predecessor of `tools`. */
  readonly isLegacy: boolean;
}

const TOOLS_MAX = 128;
const TOOL_NAME = /^[\w-]{1,64}$/;

/** Reads tools and the choice among them. */
export function readTools(
  wire: ChatCompletionRequest,
): { readonly tools: readonly SandboxTool[]; readonly toolChoice: ToolChoice } | WireRefusal {
  const isLegacy = wire.tools === undefined && wire.functions !== undefined;
  const tools = isLegacy ? legacyTools(wire) : currentTools(wire);
  const refusal = checkTools(wire, tools, isLegacy ? 'functions' : 'tools');
  if (refusal) return refusal;
  const choice = isLegacy ? legacyChoice(wire, tools) : currentChoice(wire, tools);
  if (choice instanceof WireRefusal) return choice;
  const isParallel = !isLegacy && wire.parallel_tool_calls !== false;
  return { tools, toolChoice: { ...choice, isParallel, isLegacy } };
}

function currentTools({ tools = [] }: ChatCompletionRequest): SandboxTool[] {
  return tools.map((tool) => {
    if (tool.type === 'custom') {
      const { name, description = '' } = tool.custom as { name: string; description?: string };
      return { kind: 'custom', name, description };
    }
    return functionTool(tool.function as FunctionBody);
  });
}

function legacyTools({ functions = [] }: ChatCompletionRequest): SandboxTool[] {
  return functions.map(functionTool);
}

interface FunctionBody {
  readonly name: string;
  readonly description?: string | undefined;
  readonly parameters?: unknown;
}

function functionTool({ name, description = '', parameters = {} }: FunctionBody): SandboxTool {
  return { kind: 'function', name, description, schema: parameters };
}

function checkTools(
  wire: ChatCompletionRequest,
  tools: readonly SandboxTool[],
  param: string,
): WireRefusal | undefined {
  if (wire.tools?.length === 0)
    return refuse('empty_array', 'tools', 'Expected at least one tool.');
  if (tools.length > TOOLS_MAX) {
    return refuse('array_above_max_length', param, `Expected at most ${TOOLS_MAX} tools.`);
  }
  const index = tools.findIndex(({ name }) => !TOOL_NAME.test(name));
  if (index >= 0) {
    const path = `${param}[${index}].${param === 'tools' ? `${tools[index]?.kind}.` : ''}name`;
    return refuse('invalid_value', path, 'Expected 1 to 64 letters, digits, _ or -.');
  }
  const isTwice = new Set(tools.map(({ name }) => name)).size < tools.length;
  if (isTwice) return refuse('invalid_value', param, 'Each tool needs a name of its own.');
  return wire.tools === undefined ? checkOrphans(wire) : undefined;
}

function checkOrphans(wire: ChatCompletionRequest): WireRefusal | undefined {
  const orphan = (['tool_choice', 'parallel_tool_calls'] as const).find(
    (name) => wire[name] != null,
  );
  if (orphan === undefined || wire.tool_choice === 'none') return undefined;
  return refuse('invalid_value', orphan, `'${orphan}' is only allowed when 'tools' are given.`);
}

type Choice = Pick<ToolChoice, 'mode' | 'allowed'>;

function currentChoice(
  wire: ChatCompletionRequest,
  tools: readonly SandboxTool[],
): Choice | WireRefusal {
  const choice = wire.tool_choice ?? 'auto';
  if (typeof choice === 'string') return { mode: choice, allowed: tools };
  if (choice.type === 'allowed_tools') {
    const names = choice.allowed_tools.tools.map(nameOf);
    const allowed = tools.filter(({ name }) => names.includes(name));
    if (allowed.length === names.length) return { mode: choice.allowed_tools.mode, allowed };
    const message = 'Expected names of given tools only.';
    return refuse('invalid_value', 'tool_choice.allowed_tools.tools', message);
  }
  return named(nameOf(choice), tools, 'tool_choice');
}

function legacyChoice(
  wire: ChatCompletionRequest,
  tools: readonly SandboxTool[],
): Choice | WireRefusal {
  const choice = wire.function_call ?? 'auto';
  if (typeof choice === 'string') return { mode: choice, allowed: tools };
  return named(choice.name, tools, 'function_call');
}

function named(name: string, tools: readonly SandboxTool[], param: string): Choice | WireRefusal {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool) return { mode: 'named', allowed: [tool] };
  return refuse('invalid_value', param, `The tool '${name}' is not among those given.`);
}

function nameOf(choice: object): string {
  const { function: fn, custom } = choice as {
    function?: { name?: string };
    custom?: { name?: string };
  };
  return fn?.name ?? custom?.name ?? '';
}
