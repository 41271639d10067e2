import { type Fields, isFields } from '../json/values.ts';
import type { FunctionTool, HostedTool, NeutralRequest, ToolChoice } from '../neutral/request.ts';
import { forcesOneTool } from '../neutral/single-call.ts';
import { cachePoint } from './content.ts';
import type { ModelFacts } from './families.ts';
import type { LossList } from './losses.ts';
import { hasToolBlocks } from './messages.ts';
import type { OutputPlan } from './structured-output.ts';
import { forcesCall } from './tool-choice.ts';
import type { ConverseTool, ConverseToolChoice, ToolConfig } from './wire.ts';

/** Tools in Converse's form. */
export interface WrittenTools {
  readonly toolConfig?: ToolConfig;
  /** For `additionalModelRequestFields`. */
  readonly fields: Fields;
}

/** What tools depend on besides the request. */
export interface ToolContext {
  readonly facts: ModelFacts;
  /** Name of the model at Bedrock. */
  readonly model: string;
  readonly isThinking: boolean;
  readonly losses: LossList;
  readonly plan: OutputPlan;
}

const NO_TOOLS: WrittenTools = { fields: {} };

/** Writes tools and the choice between them. */
export function writeTools(request: NeutralRequest, context: ToolContext): WrittenTools {
  const { answerTool } = context.plan;
  const choice = reachableChoice(request, context);
  const own = choice.mode === 'none' ? [] : ownTools(request, choice, context);
  const answer = answerTool ? [answerSpec(answerTool)] : [];
  const tools =
    own.length + answer.length > 0 ? [...own, ...answer] : toolsOfHistory(request, context);
  if (tools.length === 0) return NO_TOOLS;
  const wire = answerTool ? { any: {} } : wireChoice(choice);
  if (request.parallelToolCalls !== false || own.length === 0) {
    return { toolConfig: { tools, ...(wire ? { toolChoice: wire } : {}) }, fields: {} };
  }
  if (!context.facts.claude && !forcesOneTool(request)) {
    const reason = 'Bedrock cannot keep this model to one call of a tool at a time';
    context.losses.ability('parallelToolCalls', reason);
  }
  return oneAtATime(tools, wire, context.facts);
}

/** The choice as far as the model understands it. */
function reachableChoice(request: NeutralRequest, context: ToolContext): ToolChoice {
  const choice = request.toolChoice ?? { mode: 'auto' };
  const { facts, isThinking, losses, plan } = context;
  if (choice.mode === 'none' && plan.answerTool === undefined && hasToolBlocks(request.messages)) {
    if (request.tools.length === 0) return choice;
    const reason = 'Bedrock cannot hold back tools in a conversation that holds calls of tools';
    losses.ability('toolChoice', reason);
    return { mode: 'auto' };
  }
  if (!forcesCall(choice) || request.tools.length === 0) return choice;
  if (isThinking || facts.forces === 'nothing') {
    losses.ability(
      'toolChoice',
      isThinking
        ? 'this model cannot be made to call tools while it thinks'
        : 'this model cannot be made to call tools',
    );
    return choice.mode === 'allowed' ? { ...choice, isRequired: false } : { mode: 'auto' };
  }
  // Where no certain tool can be forced, it is the only one that is offered.
  return choice.mode === 'tool' && facts.forces === 'any'
    ? { mode: 'allowed', names: [choice.name], isRequired: true }
    : choice;
}

function wireChoice(choice: ToolChoice): ConverseToolChoice | undefined {
  if (choice.mode === 'tool') return { tool: { name: choice.name } };
  return forcesCall(choice) ? { any: {} } : undefined;
}

function ownTools(
  { tools }: NeutralRequest,
  choice: ToolChoice,
  context: ToolContext,
): ConverseTool[] {
  const isAllowed = (name: string): boolean =>
    choice.mode !== 'allowed' || choice.names.includes(name);
  const written: ConverseTool[] = [];
  for (const tool of tools) {
    if (tool.type === 'function') {
      if (isAllowed(tool.name)) written.push(...functionTool(tool, context.facts));
    } else if (tool.type === 'hosted') {
      const hosted = hostedTool(tool, context);
      if (hosted) written.push(hosted);
    } else {
      const reason = `Bedrock has only tools with JSON arguments, unlike '${tool.name}'`;
      context.losses.ability('customTools', reason);
    }
  }
  return written;
}

function functionTool(tool: FunctionTool, facts: ModelFacts): ConverseTool[] {
  const { name, description = '', parameters, isStrict, cache } = tool;
  const spec: ConverseTool = {
    toolSpec: {
      name,
      ...(description.trim() === '' ? {} : { description }),
      inputSchema: { json: { type: 'object', ...(parameters ?? { properties: {} }) } },
      ...(isStrict && facts.takesStrict ? { strict: true } : {}),
    },
  };
  return cache && facts.cachePoints === 'everywhere'
    ? [spec, cachePoint(cache.ttl, facts)]
    : [spec];
}

/** Models that search the web through the host's own tool. */
const SEARCHING = /nova-(premier|[2-9])/;

function hostedTool(tool: HostedTool, { model, losses }: ToolContext): ConverseTool | undefined {
  if (tool.origin === 'converse' && isFields(tool.value)) return tool.value;
  if (tool.name === 'web_search' && SEARCHING.test(model)) {
    return { systemTool: { name: 'nova_grounding' } };
  }
  losses.ability('hostedTools', `Bedrock has no '${tool.name}' for this model`);
  return undefined;
}

function answerSpec(tool: NonNullable<OutputPlan['answerTool']>): ConverseTool {
  const { name, description, schema } = tool;
  return { toolSpec: { name, description, inputSchema: { json: { type: 'object', ...schema } } } };
}

/** Bedrock demands definitions where a conversation holds calls; without any, these stand in. */
function toolsOfHistory({ messages }: NeutralRequest, { losses }: ToolContext): ConverseTool[] {
  if (!hasToolBlocks(messages)) return [];
  const reason = 'Bedrock needs the tools whose calls the conversation holds';
  losses.ability('tools', reason);
  const names = new Set(
    messages.flatMap(({ parts }) =>
      parts.flatMap((part) =>
        part.type === 'toolCall' || part.type === 'toolResult' ? [part.name] : [],
      ),
    ),
  );
  return [...names]
    .filter((name) => name !== '')
    .map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } }));
}

/** Claude can be kept to one call a turn, in its own words, which stand for the choice then. */
function oneAtATime(
  tools: readonly ConverseTool[],
  choice: ConverseToolChoice | undefined,
  { claude }: ModelFacts,
): WrittenTools {
  if (!claude) {
    return { toolConfig: { tools, ...(choice ? { toolChoice: choice } : {}) }, fields: {} };
  }
  const named = choice && 'tool' in choice ? { type: 'tool', name: choice.tool.name } : undefined;
  const own = named ?? { type: choice ? 'any' : 'auto' };
  const fields = { tool_choice: { ...own, disable_parallel_tool_use: true } };
  return { toolConfig: { tools }, fields };
}
