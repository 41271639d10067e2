import type { ModelNames } from '../admission/index.ts';
import type { Failure, Secret } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import type { ProviderKeyConfig, ProviderKind, UpstreamKey, Verdict } from '../providers/index.ts';
import type { RouteExplanation } from './explain.ts';
import type { KeyStanding } from './key-state.ts';

/** A provider key as requests use it. Its runtime state goes by `id`, without one by name and URL. */
export interface ProviderKey extends UpstreamKey {
  /** null for a key that lives only in memory (environment, sandbox). */
  readonly id: number | null;
  readonly ownerId: number;
  readonly name: string;
  readonly level: number;
  readonly kind: ProviderKind;
  readonly baseUrl: string;
  readonly host: string;
  readonly secret: Secret;
  /** Share of the traffic within its level, > 0; 1 is usual. */
  readonly weight: number;
  readonly enabled: boolean;
  readonly config: ProviderKeyConfig;
  /** What its provider allows; absent: no cap is known. */
  readonly caps?: KeyCaps;
  /** Applies to models that have no other price (`Config.default_price`). */
  readonly defaultPrice?: Price;
}

/** Caps of one provider key over all accounts and nodes that use it; each is > 0, absent for none. */
export interface KeyCaps {
  /** Attempts that begin within a minute. */
  readonly rpm?: number;
  /** Tokens of a minute: as estimated when the attempt begins, then as used. */
  readonly tpm?: number;
  /** Attempts under way; each node has its share, at least one. */
  readonly concurrency?: number;
}

/** Everything that an owner configures for routing; replaced as a whole on every change. */
export interface OwnerRouting {
  readonly ownerId: number;
  readonly keys: readonly ProviderKey[];
  /** The owner's map, pattern → model. */
  readonly modelMapper: ReadonlyMap<string, string>;
  /** Pattern → level. */
  readonly levelMapper: ReadonlyMap<string, number>;
  /** Level → the level that replaces it. */
  readonly switchOver: ReadonlyMap<number, number>;
  /** Pattern → backup models in order. */
  readonly modelFailover: ReadonlyMap<string, readonly string[]>;
  /** Overrides of prices; opaque here, handed to the price lookup. */
  readonly pricing?: unknown;
  /** The models for requests that name none; a kind that is not set is the platform's choice. */
  readonly defaultModels?: ReadonlyMap<DefaultModelKind, string>;
  /** Milliseconds after which a whole answer is asked of a second key too; absent: never. */
  readonly hedgeAfterMs?: number;
}

/** What a request may ask for without naming a model. */
export type DefaultModelKind = 'image' | 'speech';

/** What routing reads of an account's effective policy. Objects are compared by identity for memos. */
export interface RoutingPolicy {
  readonly ownerId: number;
  /** The account's `Level`, inherited; 0 = none. */
  readonly level: number;
  /** ModelMappers of the account and of its ancestors below the owner, nearest first. */
  readonly modelMappers: readonly ReadonlyMap<string, string>[];
  /** One allowlist of globs per account on the path that has one; each must match. */
  readonly allowModels: readonly (readonly string[])[];
  /** The levels that may be reached; undefined = all. */
  readonly allowLevels: ReadonlySet<number> | undefined;
}

/** The catalog as routing sees it. */
export interface ModelDirectory {
  /** The canonical name behind an alias, date or vendor prefix; the name itself when unknown. */
  canonical(name: string): string;
  /** Whether the catalog has a model of this canonical name. */
  knows(canonical: string): boolean;
  /**
   * The price of a model at an upstream host at a moment, the owner's override folded in; undefined
   * when there is none. May change only at whole minutes.
   */
  price(query: PriceQuery): Price | undefined;
  /** The name of a model at a host that has its own names, where the catalog knows it. */
  upstreamName?(canonical: string, host: string): string | undefined;
}

export interface PriceQuery {
  /** Canonical name. */
  readonly model: string;
  /** Host of the provider key. */
  readonly host: string;
  /** `OwnerRouting.pricing`. */
  readonly pricing: unknown;
  readonly ownerId: number;
  /** The provider key's own default price. */
  readonly defaultPrice: Price | undefined;
  /** The provider's service tier as the request asks for it. */
  readonly service: string | undefined;
  /** Quality and size of an image, where the price may vary with them. */
  readonly variant?: readonly string[] | undefined;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** A step of a plan: one model on one level. */
export interface Stage {
  /** Canonical name. */
  readonly model: string;
  readonly level: number;
  /** Why the stage is in the plan. */
  readonly reason: 'primary' | 'failover' | 'switch_over';
  /** What limits call the model; one object as long as nothing changes. */
  readonly names: ModelNames;
}

/** A key chosen for one attempt. */
export interface Candidate {
  readonly key: ProviderKey;
  /** Canonical name. */
  readonly model: string;
  /** The name to send to this upstream. */
  readonly upstreamModel: string;
  readonly price: Price;
  readonly stage: Stage;
  /** The key's caps of a minute refuse attempts for so many milliseconds. */
  capped(ms: number): void;
  /** The attempt starts: counts as outstanding. Call once, before `ended`. */
  began(): void;
  /** The upstream began a good answer; ends the trial of a key that returns from sleep. */
  answered(): void;
  /** The attempt is over. `abandoned`: given up for the client's sake, says nothing of the key. */
  ended(outcome: Verdict | 'ok' | 'abandoned'): void;
}

/** The ordered targets of one request; used once. */
export interface RoutePlan {
  /** As the client wrote it. */
  readonly requested: string;
  /** Canonical name after both mapping stages; what limits count. */
  readonly resolved: string;
  /** The name after both mapping stages, before aliases were resolved. */
  readonly spelled: string;
  /** The same names as limits count them; one object as long as nothing changes. */
  readonly names: ModelNames;
  /** Whether a mapper or alias changed the name. */
  readonly renamed: boolean;
  readonly stages: readonly Stage[];
  /** Attempts that may be made in all. */
  readonly attemptCap: number;
  /** Total time for all attempts, milliseconds from the plan. */
  readonly deadlineMs: number;
  /** The distinct prices of every target that may answer. */
  readonly prices: readonly Price[];
  /** No key is known to answer the model: a rule of the owner alone leads to them. */
  readonly isGuess: boolean;
  /** Milliseconds after which a second attempt may run beside the first; undefined: never. */
  readonly hedgeAfterMs: number | undefined;
  /** The price that costs most by `costOf`, of all targets or of those of one model; holds use it. */
  dearest(costOf: (price: Price) => bigint, model?: string): Price;
  /** The next key to try; undefined when the attempt cap or the targets are used up. */
  next(): Candidate | undefined;
  /** Another key of the stage of the latest candidate, for an attempt beside it; one without caps. */
  beside(): Candidate | undefined;
  /**
   * Leaves the stage of the latest candidate, which was not tried and costs no attempt; its remaining
   * keys are not tried either (a limit or the balance forbids its model).
   */
  skipStage(): void;
  /** The latest candidate was not tried after all: that costs no attempt. */
  passOver(): void;
  /** Whole seconds until the earliest key of the plan wakes, at least 1; for the final 503. */
  retryAfterSeconds(): number;
}

export interface RouteInput {
  readonly policy: RoutingPolicy;
  /** Model name as the client wrote it. */
  readonly model: string;
  /** The provider's service tier as the request asks for it; it has prices of its own. */
  readonly service?: string | undefined;
  /** What else of the request its price may vary with: quality and size of an image. */
  readonly variant?: readonly string[] | undefined;
  /** What requests with the same beginning share (`affinityOf`); a hint, never in the way. */
  readonly affinity?: number | undefined;
}

/** What a key is to a model. */
export interface KeyOffer {
  /** Canonical name. */
  readonly model: string;
  /** The name to send to this upstream. */
  readonly upstreamModel: string;
  /** Whether the key is known to serve the model, may serve it, or does not. */
  readonly service: 'named' | 'unknown' | 'no';
  /** Undefined where the model has no price here. */
  readonly price: Price | undefined;
}

/** Plans requests; `plan` is cheap because the static part is remembered. */
export interface Router {
  plan(input: RouteInput): RoutePlan | Failure;
  /** Whether the account could call the model now: allowed, reachable with a key, priced. */
  reaches(input: RouteInput): boolean;
  /** Plans in the same way, and tells how; nothing of it is remembered. */
  explain(input: RouteInput): RouteExplanation;
  /** What one key of an owner is to a model, whatever rules lead to it. */
  offer(key: ProviderKey, model: string): KeyOffer;
}

/** A key that rests. */
export interface SleepingKey {
  readonly key: ProviderKey;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly cause: Verdict['cause'];
  /** Sleeps in a row, this one included; 0 where it only rests for a model. */
  readonly times: number;
}

/** How a key stands on this node, and its rest if it has one. */
export interface KeyHealth extends Omit<KeyStanding, 'paused'> {
  readonly key: ProviderKey;
  /** Models that wait after a 429, and until when, milliseconds since 1970. */
  readonly paused: readonly { readonly model: string; readonly until: number }[];
  /** The end of its sleep or of its longest pause, milliseconds since 1970. */
  readonly rest: { readonly until: number; readonly cause: Verdict['cause'] } | undefined;
}

/** The pools of all owners: snapshots replaced whole, runtime state (outstanding, sleep) kept. */
export interface KeyPools {
  /** Puts or replaces an owner's snapshot; state of keys that did not change survives. */
  replace(owner: OwnerRouting): void;
  remove(ownerId: number): void;
  owner(ownerId: number): OwnerRouting | undefined;
  sleeping(ownerId: number): readonly SleepingKey[];
  /** Every key of the owner that this node knows, the disabled ones too. */
  health(ownerId: number): readonly KeyHealth[];
  /** Clears the sleep state of all keys of the owner (`DelKeys`). */
  wakeAll(ownerId: number): void;
  /** Between how many nodes caps on concurrency are shared; one until told. */
  shareBetween(nodes: () => number): void;
}
