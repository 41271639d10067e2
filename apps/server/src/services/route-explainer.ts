import type { RouteExplanationView } from '@meridian/contract';
import {
  type AccountsStore,
  foldPolicy,
  type Policy,
  parseIdentifier,
} from '@meridian/core/accounts';
import {
  allowingPattern,
  permit,
  type WindowSpec,
  type WindowStore,
} from '@meridian/core/admission';
import { noWayFailure, type Surface, unansweredFailure } from '@meridian/core/inference';
import { type Clock, type Failure, invalid, notFound, toNumber } from '@meridian/core/kernel';
import type { Call } from '@meridian/core/protocols';
import type { ProviderRegistry } from '@meridian/core/providers';
import type { ExplainedStage, RouteExplanation, Router } from '@meridian/core/routing';
import type { RouteExplainer, RouteQuestion } from '../routes/x/explain-route.ts';
import { endpointOf } from '../surfaces.ts';
import {
  type SurfacedStage,
  viewBounds,
  viewLimits,
  viewMapping,
  viewRefusal,
  viewStage,
} from './route-explanation-view.ts';

export interface RouteExplainerDeps {
  readonly accounts: Pick<AccountsStore, 'find' | 'readPath'>;
  /** Loads an owner's keys and rules unless they are loaded. */
  readonly loadOwner: (ownerId: number) => Promise<void>;
  readonly router: Pick<Router, 'explain'>;
  readonly providers: ProviderRegistry;
  readonly surfaces: readonly Surface[];
  readonly windows: Pick<WindowStore, 'reserve'>;
  /** The windows of an account's requests for a model, made with its own key. */
  readonly windowsOf: (
    policy: Policy,
    names: NonNullable<RouteExplanation['names']>,
  ) => readonly WindowSpec[];
  readonly clock: Clock;
}

/** Explains routes with the parts that requests are routed by; nothing is sent or counted. */
export function createRouteExplainer(deps: RouteExplainerDeps): RouteExplainer {
  return {
    async explain({ policy: viewer }, question) {
      const surface = deps.surfaces.find(({ name }) => name === question.surface);
      if (!surface) throw unknownSurface(deps.surfaces);
      const policy = await readPolicy(deps, viewer, question.user);
      await deps.loadOwner(policy.ownerId);
      const { model } = question;
      const explanation = deps.router.explain({ policy, model });
      const endpoint = endpointOf(surface.name, model);
      const stages = explanation.stages.map((stage) => surfaced(stage, surface, deps.providers));
      const refusal = refusalOf({ policy, question, endpoint, explanation, stages });
      const isPoolAbove = viewer.path.length <= policy.path.indexOf(policy.ownerId) + 1;
      const shown = { showsKeys: isPoolAbove, nowMs: deps.clock.now() };
      return {
        object: 'route',
        account_id: policy.accountId,
        owner_id: policy.ownerId,
        surface: surface.name,
        endpoint,
        model,
        resolved: explanation.names?.resolved[0] ?? null,
        would_be_tried: refusal === undefined,
        refusal: refusal ? viewRefusal(refusal) : null,
        mapping: viewMapping(model, explanation.mapping, {
          ofMaps: policy.sources.modelMappers,
          owner: policy.ownerId,
        }),
        allowlists: allowlistsOf(policy, { question, endpoint, explanation }),
        stages: stages.map((stage) => viewStage(stage, shown)),
        limits: await limitsOf(deps, policy, explanation),
        attempts: viewBounds(explanation),
        factor: toNumber(policy.factor),
        rates: toNumber(policy.rates),
      };
    },
  };
}

/** The policy of the account as it is stored now: the viewer's own, or one below it. */
async function readPolicy(
  { accounts }: RouteExplainerDeps,
  viewer: Policy,
  user: string | undefined,
): Promise<Policy> {
  const id = user === undefined ? viewer.accountId : await findAccount(accounts, viewer, user);
  const path = id === undefined ? undefined : await accounts.readPath(id);
  if (!path) throw notFound('Account');
  return foldPolicy(path);
}

async function findAccount(
  accounts: RouteExplainerDeps['accounts'],
  viewer: Policy,
  user: string,
): Promise<number | undefined> {
  const { filter, selects } = parseIdentifier(user);
  if (selects !== 'one') throw invalid('user', 'user: an id, a name or an e-mail address.');
  return (await accounts.find(viewer.dna, filter))?.id;
}

/** Nothing of a request but its surface decides the way. */
const NO_CALL: Call = {
  body: Buffer.alloc(0),
  model: '',
  isStream: false,
  wantsUsage: false,
  maxOutputTokens: undefined,
  choices: 1,
  service: undefined,
  size: { textBytes: 0, images: 0, audioSeconds: 0, videoSeconds: 0, documentPages: 0, tools: 0 },
};

function surfaced(
  stage: ExplainedStage,
  surface: Surface,
  providers: ProviderRegistry,
): SurfacedStage {
  const candidates: SurfacedStage['candidates'][number][] = [];
  const incapable: ExplainedStage['candidates'][number][] = [];
  for (const candidate of stage.candidates) {
    const { key } = candidate;
    const way = surface.wayTo(providers.get(key.kind), key, stage.model, NO_CALL);
    if (way) candidates.push({ ...candidate, way });
    else incapable.push(candidate);
  }
  return { ...stage, candidates, incapable };
}

interface Asked {
  readonly policy: Policy;
  readonly question: RouteQuestion;
  readonly endpoint: string;
  readonly explanation: RouteExplanation;
  readonly stages: readonly SurfacedStage[];
}

/** What the request would be answered without an upstream being asked, in the order of the checks. */
function refusalOf(asked: Asked): Failure | undefined {
  const { policy, question, endpoint, explanation, stages } = asked;
  const { address } = question;
  const allowsAddress = address === undefined ? () => true : policy.allowsAddress;
  const permits = { ...policy, allowsAddress };
  const refused = permit(permits, { address: address ?? '', endpoint }) ?? explanation.failure;
  if (refused) return refused;
  const tried = stages.filter(({ order }) => order !== undefined);
  if (tried.some(({ candidates }) => candidates.length > 0)) return undefined;
  if (tried.some(({ incapable }) => incapable.length > 0)) {
    return noWayFailure(question.model, endpoint);
  }
  const { retryAfterSeconds } = explanation;
  return unansweredFailure(undefined, { retryAfterSeconds: () => retryAfterSeconds }, 0);
}

function allowlistsOf(
  policy: Policy,
  { question, endpoint, explanation }: Pick<Asked, 'question' | 'endpoint' | 'explanation'>,
): RouteExplanationView['allowlists'] {
  const { address } = question;
  // AllowModels is held against what the user's mapping gives.
  const mapped = explanation.mapping.find(({ stage }) => stage === 'user')?.to;
  const names = mapped ? [mapped.spelled, mapped.canonical] : [question.model];
  return {
    account_enabled: policy.isEnabled,
    endpoint_allowed: policy.allowsEndpoint(endpoint),
    address_allowed: address === undefined ? null : policy.allowsAddress(address),
    models: policy.allowModels.map((list, index) => ({
      account_id: policy.sources.allowModels[index] ?? policy.accountId,
      pattern: allowingPattern(list, names) ?? null,
    })),
    levels: policy.allowLevels ? [...policy.allowLevels].sort((a, b) => a - b) : null,
  };
}

/** The windows with their counts, which are read by a claim on nothing. */
async function limitsOf(
  { windows, windowsOf }: RouteExplainerDeps,
  policy: Policy,
  { names }: RouteExplanation,
): Promise<RouteExplanationView['limits']> {
  const counted = names ? windowsOf(policy, names) : [];
  if (counted.length === 0) return [];
  const result = await windows.reserve(counted.map((window) => ({ window, amount: 0 })));
  if (!result.refused) return viewLimits(counted, result.standings);
  return viewLimits(counted, result.standing ? [result.standing] : []);
}

function unknownSurface(surfaces: readonly Surface[]): Failure {
  const names = surfaces.map(({ name }) => name).join(', ');
  return invalid('surface', `surface: there is none of this name; there are ${names}.`);
}
