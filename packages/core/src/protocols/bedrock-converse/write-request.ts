import type { Fields } from '../json/values.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { EncodedRequest, WireTarget } from '../wire.ts';
import { createDocumentNames } from './documents.ts';
import { requestMetadata, writeExtras } from './extras.ts';
import { modelFacts } from './families.ts';
import { createLossList, type LossList } from './losses.ts';
import { writeMessages } from './messages.ts';
import { planReasoning } from './reasoning-plan.ts';
import { writeSampling } from './sampling.ts';
import { STOP_SEQUENCE_PATHS } from './stop-reason.ts';
import { planOutput } from './structured-output.ts';
import { writeTools } from './tools.ts';
import type { ConverseBody } from './wire.ts';

/** The body of a request of Converse or ConverseStream, and what of the neutral one is not in it. */
export function writeConverseRequest(request: NeutralRequest, target: WireTarget): EncodedRequest {
  const losses = createLossList();
  const facts = modelFacts(target);
  const model = `${target.model} ${target.canonical}`.toLowerCase();
  const bound = request.maxOutputTokens ?? target.outputBound;
  const { maxOutputTokens } = target;
  const reasoning = planReasoning(request, { facts, model, bound, maxOutputTokens, losses });
  const { isThinking } = reasoning;
  const plan = planOutput(request, { facts, isThinking, losses });
  const tools = writeTools(request, { facts, model, isThinking, losses, plan });
  const sampling = writeSampling(request.sampling, { facts, isThinking, losses });
  const extras = writeExtras(request, { facts, losses });
  const names = createDocumentNames();
  const { system, messages } = writeMessages(request.messages, { facts, losses, names });
  loseTheRest(request, losses);
  const inferenceConfig = {
    ...(bound === undefined ? {} : { maxTokens: bound }),
    ...sampling.inferenceConfig,
  };
  const additional = {
    ...extras.additional,
    ...sampling.fields,
    ...reasoning.fields,
    ...tools.fields,
  };
  const metadata = requestMetadata(request.metadata);
  const body: ConverseBody = {
    messages,
    ...(system.length === 0 ? {} : { system }),
    ...(isEmpty(inferenceConfig) ? {} : { inferenceConfig }),
    ...(tools.toolConfig ? { toolConfig: tools.toolConfig } : {}),
    ...(plan.outputConfig ? { outputConfig: plan.outputConfig } : {}),
    ...(isEmpty(additional) ? {} : { additionalModelRequestFields: additional }),
    ...responsePaths(request, extras.responsePaths, facts.claude !== undefined),
    ...(metadata ? { requestMetadata: metadata } : {}),
    ...serviceTier(request.serviceTier, losses),
    ...extras.body,
  };
  return { body: Buffer.from(JSON.stringify(body)), losses: losses.all };
}

function isEmpty(fields: Fields): boolean {
  return Object.keys(fields).length === 0;
}

/** Converse tells that a stop sequence came up; which one, only Claude and only when asked. */
function responsePaths(
  { sampling: { stop = [] } }: NeutralRequest,
  given: readonly string[],
  isClaude: boolean,
): Pick<ConverseBody, 'additionalModelResponseFieldPaths'> {
  const own = isClaude && stop.length > 0 ? STOP_SEQUENCE_PATHS : [];
  const paths = [...new Set([...given, ...own])];
  return paths.length === 0 ? {} : { additionalModelResponseFieldPaths: paths };
}

const TIERS: ReadonlySet<string> = new Set(['flex', 'priority', 'reserved']);
const USUAL_TIERS: ReadonlySet<string | undefined> = new Set([
  ...[undefined, 'auto', 'default', 'standard', 'standard_only'],
]);

function serviceTier(
  tier: string | undefined,
  losses: LossList,
): Pick<ConverseBody, 'serviceTier'> {
  if (tier !== undefined && TIERS.has(tier)) return { serviceTier: { type: tier } };
  if (!USUAL_TIERS.has(tier)) losses.ability('serviceTier', `Bedrock has no tier '${tier}'`);
  return {};
}

const NOT_OFFERED = 'Bedrock does not offer it';

function loseTheRest(request: NeutralRequest, losses: LossList): void {
  const { choices, modalities = [], audio, verbosity } = request;
  if (choices > 1) losses.ability('choices', 'Bedrock gives one answer at a time');
  if (modalities.some((modality) => modality !== 'text')) losses.ability('modalities', NOT_OFFERED);
  if (audio) losses.ability('audio', NOT_OFFERED);
  if (verbosity !== undefined && verbosity !== 'medium') losses.ability('verbosity', NOT_OFFERED);
}
