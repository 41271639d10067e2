import { parseExact } from '../json/exact.ts';
import { isFields } from '../json/values.ts';
import type { ToolCallPart } from '../neutral/parts.ts';
import { callId } from './call-ids.ts';
import type { ModelFacts } from './families.ts';
import type { LossList, Place } from './losses.ts';
import type { ContentBlock } from './wire.ts';

interface CallContext {
  readonly place: Place;
  readonly writing: { readonly facts: ModelFacts; readonly losses: LossList };
}

/** A call that the model made before. */
export function writeToolCall(part: ToolCallPart, { place, writing }: CallContext): ContentBlock {
  let input = readInput(part);
  if (input === undefined) {
    writing.losses.part(place, 'its arguments are no JSON object');
    input = { arguments: part.arguments };
  }
  const toolUseId = callId(part.id, writing.facts.family);
  return { toolUse: { toolUseId, name: part.name, input } };
}

/** Converse takes objects only; undefined where the arguments are none. */
function readInput({ arguments: text, isCustom }: ToolCallPart): unknown {
  if (isCustom) return { input: text };
  const json = text.trim();
  if (json === '') return {};
  if (!json.startsWith('{')) return undefined;
  try {
    const value = parseExact(json);
    return isFields(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
