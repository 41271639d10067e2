import { adaptSchema } from '../anthropic-messages/output-schema.ts';
import { OUTPUT_TOOL } from '../anthropic-messages/write-output.ts';
import type { Fields } from '../json/values.ts';
import type { NeutralRequest, OutputFormat } from '../neutral/request.ts';
import type { ModelFacts } from './families.ts';
import type { LossList } from './losses.ts';
import { forcesCall } from './tool-choice.ts';

const ANSWER_TOOL_DESCRIPTION = 'Give your final answer to the user with this tool, and only so.';

/** Whether a call of this name is an answer. */
export function isAnswerTool(name: string): boolean {
  return name === OUTPUT_TOOL;
}

/** How an answer is brought into the form that the client wants. */
export interface OutputPlan {
  readonly outputConfig?: Fields;
  /** A tool to offer besides the client's own; one of them has to be called. */
  readonly answerTool?: {
    readonly name: string;
    readonly description: string;
    readonly schema: Fields;
  };
}

const NO_PLAN: OutputPlan = {};
const ANY_OBJECT: Fields = { type: 'object', additionalProperties: true };

/** What a plan depends on besides the model. */
export interface OutputContext {
  readonly facts: ModelFacts;
  /** Thinking and forced tools exclude each other. */
  readonly isThinking: boolean;
  readonly losses: LossList;
}

/** Plans `outputConfig`, or the tool of the answer where a model has no such thing. */
export function planOutput(
  { output, toolChoice }: Pick<NeutralRequest, 'output' | 'toolChoice'>,
  context: OutputContext,
): OutputPlan {
  if (output === undefined || output.type === 'text') return NO_PLAN;
  const schema = output.type === 'schema' ? output.schema : ANY_OBJECT;
  const reason = reasonAgainstTool(schema, context);
  if (output.type === 'schema' && !answersByTool(output, context.facts)) {
    // Bedrock compiles schemas to the same kind of grammar as the maker of Claude does.
    const adapted = adaptSchema(schema);
    if (!adapted.isFaithful && reason !== undefined) {
      context.losses.ability('output', 'the schema is recursive, open or too large');
    }
    if (adapted.isFaithful || reason !== undefined) {
      return { outputConfig: { textFormat: textFormat(output, adapted.schema) } };
    }
  }
  // A turn that has to call a tool gives no answer yet.
  if (forcesCall(toolChoice)) return NO_PLAN;
  if (reason === undefined) return { answerTool: answerTool(output, schema) };
  context.losses.ability('output', reason);
  return NO_PLAN;
}

function answerTool(
  output: Exclude<OutputFormat, { type: 'text' }>,
  schema: Fields,
): NonNullable<OutputPlan['answerTool']> {
  const about = output.type === 'schema' ? (output.description ?? '') : '';
  const description = `${ANSWER_TOOL_DESCRIPTION} ${about}`.trim();
  return { name: OUTPUT_TOOL, description, schema };
}

/** Whether an answer of that form has to be given by a tool, as far as the model can be made to. */
export function answersByTool(output: OutputFormat | undefined, { schema }: ModelFacts): boolean {
  return output?.type === 'json' || (output?.type === 'schema' && schema !== 'native');
}

function reasonAgainstTool(
  schema: Fields,
  { facts, isThinking }: Pick<OutputContext, 'facts' | 'isThinking'>,
): string | undefined {
  const isForced = facts.schema === 'tool' || facts.family === 'claude';
  if (!isForced || facts.forces === 'nothing') {
    return facts.schema === 'native'
      ? 'Bedrock has no JSON mode for this model; give a JSON schema'
      : 'Bedrock keeps the answers of this model to no form';
  }
  if (isThinking) return 'while this model thinks, Bedrock keeps its answers to no form';
  if (schema.type !== undefined && schema.type !== 'object') {
    return 'the schema of this model’s answers has to be that of an object';
  }
  return undefined;
}

const NAME_CHARS_MAX = 64;

function textFormat(output: Extract<OutputFormat, { type: 'schema' }>, schema: Fields): Fields {
  const { name, description } = output;
  return {
    type: 'json_schema',
    structure: {
      jsonSchema: {
        schema: JSON.stringify(schema),
        name: name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, NAME_CHARS_MAX) || 'answer',
        ...(description ? { description } : {}),
      },
    },
  };
}
