import type { ProviderKeyTestView } from '@meridian/contract';
import { rateLimitFailure, type WindowSpec, type WindowStore } from '@meridian/core/admission';
import { type Catalog, isRetired } from '@meridian/core/catalog';
import type { Probe, ProbeKind, ProbeResult } from '@meridian/core/inference';
import { type Clock, Failure, invalid } from '@meridian/core/kernel';
import type { ProviderRegistry } from '@meridian/core/providers';
import type { KeyOffer, ProviderKey, Router } from '@meridian/core/routing';

export interface KeyTestDeps {
  readonly router: Pick<Router, 'offer'>;
  readonly providers: ProviderRegistry;
  readonly catalog: Catalog;
  readonly probe: Probe;
  readonly windows: Pick<WindowStore, 'reserve'>;
  readonly clock: Clock;
}

/** Tries provider keys with real calls. */
export interface KeyTests {
  /** Counts a test of a key on all nodes together. Throws `rate_limit_exceeded`. */
  admit(ownerId: number, keyId: number): Promise<void>;
  /** Throws `invalid_request` where there is no model that the key could be asked for. */
  run(key: ProviderKey, model: string | undefined): Promise<ProviderKeyTestView>;
}

/** Tests of one key per minute. */
const TESTS_PER_MINUTE_MAX = 6;
const MS_PER_SECOND = 1_000;
/** What can be asked in a few bytes, what is cheapest first. */
const KINDS: readonly ProbeKind[] = ['chat', 'embedding', 'rerank'];

/** A call that can be made, and for what. */
interface Choice {
  readonly offer: KeyOffer;
  readonly kind: ProbeKind;
  readonly call: () => Promise<ProbeResult>;
}

export function createKeyTests(deps: KeyTestDeps): KeyTests {
  const { router, providers, catalog, probe, windows, clock } = deps;

  /** The call for a model that the key serves, or may serve; undefined where there is none. */
  function choiceFor(key: ProviderKey, name: string): Choice | undefined {
    const offer = router.offer(key, name);
    if (offer.service === 'no') return undefined;
    const known = catalog.find(offer.model)?.kind;
    const target = { provider: providers.get(key.kind), key, ...offer };
    for (const kind of KINDS) {
      if (known !== undefined && known !== kind) continue;
      const call = probe.prepare(kind, target);
      if (call) return { offer, kind, call };
    }
    return undefined;
  }

  /** The cheapest model that the key is known to serve; of those that its owner names if it does. */
  function cheapest(key: ProviderKey): Choice | undefined {
    const listed = namedModels(key);
    const now = clock.now();
    const shipped = catalog.list().filter((card) => !isRetired(card, now));
    const names = listed.length > 0 ? listed : shipped.map(({ id }) => id);
    const choices = names
      .map((name) => choiceFor(key, name))
      .filter((choice) => choice !== undefined)
      .filter(({ offer }) => offer.service === 'named');
    return choices.toSorted(
      (a, b) =>
        KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
        doubtsOf(a) - doubtsOf(b) ||
        byPrice(a.offer, b.offer),
    )[0];
  }

  /** One that thinks first may not get to an answer of one token, one that is to go may be gone. */
  function doubtsOf({ offer }: Choice): number {
    const card = catalog.find(offer.model);
    const isLeaving = card !== undefined && card.lifecycle.status !== 'active';
    return Number(card?.capabilities.reasoning === true) + 2 * Number(isLeaving);
  }

  return {
    async admit(ownerId, keyId) {
      const refusal = await windows.reserve([{ window: windowOf(ownerId, keyId), amount: 1 }]);
      if (!refusal.refused) return;
      const { retryAfterMs } = refusal;
      if (refusal.reason === 'unavailable' || retryAfterMs === undefined) {
        throw rateLimitFailure(refusal);
      }
      throw new Failure('rate_limit_exceeded', {
        message: `A key can be tested ${TESTS_PER_MINUTE_MAX} times a minute.`,
        retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / MS_PER_SECOND)),
      });
    },
    async run(key, model) {
      const choice = model === undefined ? cheapest(key) : choiceFor(key, model);
      if (!choice) throw noModel(model);
      const result = await choice.call();
      return view(choice.offer, result);
    },
  };
}

function windowOf(ownerId: number, keyId: number): WindowSpec {
  return {
    id: `rpm:key-test:${keyId}`,
    ownerId,
    unit: 'requests',
    span: 'minute',
    limit: TESTS_PER_MINUTE_MAX,
    scope: { kind: 'account', accountId: ownerId },
  };
}

/** The models that the owner names for the key, patterns left out. */
function namedModels({ config }: ProviderKey): readonly string[] {
  const names = [...(config.models ?? []), ...(config.modelMapping?.keys() ?? [])];
  return names.filter((name) => !name.includes('*'));
}

/** What has no price comes last. */
function byPrice(a: KeyOffer, b: KeyOffer): number {
  const [first, second] = [priceOf(a), priceOf(b)];
  if (first === second) return 0;
  if (first === undefined) return 1;
  return second === undefined || first < second ? -1 : 1;
}

function priceOf({ price }: KeyOffer): bigint | undefined {
  const { input, output } = price?.rates ?? {};
  return output ?? input;
}

function noModel(model: string | undefined): Failure {
  if (model === undefined) {
    return invalid('model', 'It is not known which models this key serves: name one.');
  }
  return invalid(
    'model',
    `This key does not serve the model ${model}, or it cannot be tried with it: name one that chats, embeds or ranks.`,
  );
}

function view({ model, upstreamModel }: KeyOffer, result: ProbeResult): ProviderKeyTestView {
  return {
    ok: result.ok,
    model,
    upstream_model: upstreamModel,
    endpoint: result.endpoint,
    latency_ms: result.latencyMs,
    status: result.status ?? null,
    cause: result.cause ?? null,
    message: result.message ?? null,
  };
}
