import { EXPLAINED_KEYS_MAX, type RouteExplanationView } from '@meridian/contract';
import { limitName, type WindowSpec, type WindowStanding } from '@meridian/core/admission';
import type { Way } from '@meridian/core/inference';
import type { Failure } from '@meridian/core/kernel';
import { describePrice } from '@meridian/core/metering';
import type {
  ExplainedCandidate,
  ExplainedStage,
  MappingStep,
  ProviderKey,
  RouteExplanation,
  SkippedKey,
} from '@meridian/core/routing';

type View = RouteExplanationView;
type StageView = View['stages'][number];

/** How a relay is named that translates, e.g. `chat-to-messages`. */
const TRANSLATES = '-to-';
const MS_PER_SECOND = 1_000;

/** A stage with what becomes of its keys on one surface. */
export interface SurfacedStage extends Omit<ExplainedStage, 'candidates'> {
  readonly candidates: readonly (ExplainedCandidate & { readonly way: Way })[];
  /** Keys whose upstream has no way to answer the surface. */
  readonly incapable: readonly ExplainedCandidate[];
}

/** What a viewer may see of keys, and what time it is. */
export interface StageViewOptions {
  /** Whether keys are the viewer's affair: it is their owner, or above it. */
  readonly showsKeys: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** The mapping as it is shown; the accounts behind the user's maps are named. */
export function viewMapping(
  model: string,
  steps: readonly MappingStep[],
  accounts: { readonly ofMaps: readonly number[]; readonly owner: number },
): View['mapping'] {
  const nobody = { rule: null, account_id: null, hidden_rule: null };
  const canonical = steps[0]?.from.canonical ?? model;
  const asked = { stage: 'asked' as const, from: model, to: model, canonical, ...nobody };
  const mapped = steps.map(({ stage, from, to, rule, map, hidden }) => {
    const of = stage === 'owner' ? accounts.owner : accounts.ofMaps[map ?? -1];
    return {
      stage,
      from: from.spelled,
      to: to.spelled,
      canonical: to.canonical,
      rule: rule ?? null,
      account_id: rule === undefined ? null : (of ?? null),
      hidden_rule: hidden ?? null,
    };
  });
  return [asked, ...mapped];
}

/** A stage as it is shown. */
export function viewStage(stage: SurfacedStage, options: StageViewOptions): StageView {
  const { order, reason, model, level, home, failoverRule, candidates } = stage;
  const skipped = [
    ...stage.incapable.map(({ key }) => ({ key, reason: 'cannot_answer' as const })),
    ...stage.skipped,
  ];
  const shown = candidates.slice(0, EXPLAINED_KEYS_MAX);
  return {
    order: order ?? null,
    reason,
    model,
    level: level ?? null,
    level_by: home?.by ?? (level === undefined ? null : 'switch_over'),
    level_rule: home?.rule ?? null,
    failover_rule: failoverRule ?? null,
    candidates: shown.map((each) => viewCandidate(each, options)),
    candidates_total: candidates.length,
    skipped: skipped.slice(0, EXPLAINED_KEYS_MAX).map((each) => viewSkipped(each, options)),
    skipped_total: skipped.length,
  };
}

function viewKey(
  { id, name, baseUrl, level, weight }: ProviderKey,
  { showsKeys }: StageViewOptions,
): StageView['candidates'][number]['key'] {
  return showsKeys ? { id, name, provider: baseUrl, level, weight } : null;
}

function viewCandidate(
  { key, upstreamModel, outstanding, price, way }: SurfacedStage['candidates'][number],
  options: StageViewOptions,
): StageView['candidates'][number] {
  const isTranslated = way.relay.name.includes(TRANSLATES);
  const described = describePrice(price);
  return {
    key: viewKey(key, options),
    upstream_model: options.showsKeys ? upstreamModel : null,
    outstanding: options.showsKeys ? outstanding : null,
    wire: { endpoint: way.endpoint, mode: isTranslated ? 'translated' : 'passed' },
    price: {
      ...described,
      per_million_tokens: { ...described.per_million_tokens },
      tiers: described.tiers.map((tier) => ({
        ...tier,
        per_million_tokens: { ...tier.per_million_tokens },
      })),
    },
  };
}

function viewSkipped(
  {
    key,
    reason,
    rest,
  }: Omit<SkippedKey, 'reason'> & { reason: StageView['skipped'][number]['reason'] },
  options: StageViewOptions,
): StageView['skipped'][number] {
  return {
    key: viewKey(key, options),
    reason,
    until: rest ? new Date(options.nowMs + rest.endsInMs).toISOString() : null,
    cause: rest?.cause ?? null,
  };
}

/** The rate windows; how those stand that the counters told of. */
export function viewLimits(
  windows: readonly WindowSpec[],
  standings: readonly WindowStanding[],
): View['limits'] {
  const byId = new Map(standings.map((standing) => [standing.window.id, standing]));
  return windows.map((window) => {
    const standing = byId.get(window.id);
    return {
      name: limitName(window),
      limit: window.limit,
      scope: window.scope.kind,
      account_id: window.scope.accountId,
      model: window.scope.model ?? null,
      used: standing?.used ?? null,
      reset_seconds: standing ? Math.ceil(standing.resetMs / MS_PER_SECOND) : null,
    };
  });
}

/** What a caller would be answered instead of an answer. */
export function viewRefusal(failure: Failure): NonNullable<View['refusal']> {
  const { code, status, message, detail } = failure;
  return { code, status, message, retry_after_seconds: detail.retryAfterSeconds ?? null };
}

/** What bounds the attempts. */
export function viewBounds({ bounds }: RouteExplanation): View['attempts'] {
  return {
    max: bounds.attemptCap,
    deadline_seconds: bounds.deadlineMs / MS_PER_SECOND,
  };
}
