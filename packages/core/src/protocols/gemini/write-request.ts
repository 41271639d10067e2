import { type Fields, isFields } from '../json/values.ts';
import type { Extra, NeutralRequest } from '../neutral/request.ts';
import type { EncodedRequest, WireTarget } from '../wire.ts';
import { type Draft, lose, openDraft } from './draft.ts';
import { present } from './fields.ts';
import { writeConfig } from './write-config.ts';
import { writeContents } from './write-contents.ts';
import { writeTools } from './write-tools.ts';

/** The fields of a `generateContent` request, and what is not in them. */
export function writeFields(
  request: NeutralRequest,
  target: WireTarget,
): { readonly fields: Fields; readonly losses: EncodedRequest['losses'] } {
  const draft = openDraft(target);
  const { contents, systemInstruction } = writeContents(request.messages, draft);
  const fields: Record<string, unknown> = {
    contents,
    ...present({ systemInstruction }),
    ...writeTools(request, draft),
    ...present({
      generationConfig: writeConfig(request, draft),
      serviceTier: writeTier(request.serviceTier, draft),
    }),
  };
  for (const extra of request.extras) writeExtra(fields, extra, draft);
  return { fields, losses: draft.losses };
}

/** A neutral request as the body of a `generateContent` request. The model goes into the path. */
export function writeGeminiRequest(request: NeutralRequest, target: WireTarget): EncodedRequest {
  const { fields, losses } = writeFields(request, target);
  return { body: Buffer.from(JSON.stringify(fields)), losses };
}

const TIERS: ReadonlySet<string> = new Set(['flex', 'priority']);

function writeTier(tier: string | undefined, draft: Draft): string | undefined {
  if (tier === undefined || tier === 'auto') return undefined;
  const isVertex = draft.target.isVertex === true;
  if (tier === 'default' || tier === 'standard') return isVertex ? undefined : 'standard';
  if (TIERS.has(tier) && !isVertex) return tier;
  const reason = isVertex ? 'Vertex AI takes no tier' : 'Gemini has no tier';
  lose(draft, 'serviceTier', `${reason} '${tier}' in a request`);
  return undefined;
}

/** Puts a field of Gemini's own back to its place; those of other wires are lost. */
function writeExtra(body: Record<string, unknown>, extra: Extra, { losses }: Draft): void {
  const { origin, field, value } = extra;
  if (origin !== 'gemini') {
    losses.push({ field, reason: 'Gemini has nothing like it' });
    return;
  }
  const [parent, name] = field.split('.');
  if (parent === undefined) return;
  if (name === undefined) {
    body[parent] ??= value;
    return;
  }
  const within = body[parent];
  body[parent] = { [name]: value, ...(isFields(within) ? within : {}) };
}
