import type { Fields } from '../json/values.ts';
import type { Loss, NeutralRequest, OutputFormat } from '../neutral/request.ts';
import type { WireTarget } from '../wire.ts';
import type { ModelTraits } from './models.ts';
import { adaptSchema } from './output-schema.ts';

/**
 * The tool whose forced call stands in for a format that the model does not know. Readers show its
 * input as the text of the answer.
 */
export const OUTPUT_TOOL = 'meridian_output';

/** How the form of an answer is asked for: as a format, or by forcing a tool. */
export interface WrittenOutput {
  readonly format?: Fields;
  readonly tool?: Fields;
}

const FREE_OBJECT: Fields = { type: 'object', additionalProperties: true };

/** Writes the wish for a form of the answer. */
export function writeOutput(
  request: NeutralRequest,
  traits: ModelTraits,
  target: WireTarget,
  losses: Loss[],
): WrittenOutput {
  const { output, toolChoice } = request;
  if (output === undefined || output.type === 'text') return {};
  const isNative = traits.takesFormat && target.abilities?.has('structured_output') !== false;
  if (output.type === 'json') return writeFreeJson(traits, toolChoice, losses);
  const { schema, isFaithful } = adaptSchema(output.schema);
  const mayForce = traits.takesForcedTools && output.schema.type === 'object';
  if (isNative && (isFaithful || !mayForce)) {
    if (!isFaithful) losses.push({ ability: 'output', reason: TOO_FREE });
    return { format: { type: 'json_schema', schema } };
  }
  if (!mayForce) {
    losses.push({ ability: 'output', reason: 'this model knows no output format' });
    return {};
  }
  return isForcedApart(toolChoice) ? {} : { tool: outputTool(output) };
}

const TOO_FREE = 'the schema is recursive, open or too large for this model to be held to it';

function writeFreeJson(
  { takesForcedTools }: ModelTraits,
  toolChoice: NeutralRequest['toolChoice'],
  losses: Loss[],
): WrittenOutput {
  if (isForcedApart(toolChoice)) return {};
  if (takesForcedTools) return { tool: outputTool({ type: 'json' }) };
  losses.push({ ability: 'output', reason: 'this model answers in JSON by a schema only' });
  return {};
}

/** A form of the answer says nothing about a call that has to be made instead of it. */
function isForcedApart(toolChoice: NeutralRequest['toolChoice']): boolean {
  return toolChoice?.mode === 'tool' || toolChoice?.mode === 'required';
}

function outputTool(output: Exclude<OutputFormat, { type: 'text' }>): Fields {
  const schema = output.type === 'schema' ? output.schema : FREE_OBJECT;
  const about = output.type === 'schema' ? (output.description ?? '') : '';
  return {
    name: OUTPUT_TOOL,
    description: `Gives the answer: its input is what the user gets to read. ${about}`.trim(),
    input_schema: schema,
  };
}
