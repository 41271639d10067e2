import type { CAPABILITIES, MODEL_KINDS, ModelEntry } from './schema.ts';

export type ModelKind = (typeof MODEL_KINDS)[number];
export type Capability = (typeof CAPABILITIES)[number];

/** What is known of a model besides its price; what is unknown is absent. */
export interface ModelCard {
  /** Canonical name. */
  readonly id: string;
  readonly vendor: string;
  readonly aliases: readonly string[];
  readonly kind: ModelKind;
  /** Tokens of input and output together. */
  readonly context?: number;
  /** Output tokens at most. */
  readonly maxOutput?: number;
  /** Length of an embedding. */
  readonly dimensions?: number;
  /** Modalities taken and given: text, image, audio … */
  readonly input: readonly string[];
  readonly output: readonly string[];
  /** true or false where known. */
  readonly capabilities: Readonly<Partial<Record<Capability, boolean>>>;
  readonly openWeights: boolean;
  readonly lifecycle: Lifecycle;
  /** Date of the newest source, and whether its figures should be checked before relying on them. */
  readonly asOf: string;
  readonly verify: boolean;
  /** Whether the shipped catalog has any price for it. */
  readonly priced: boolean;
  /** Known hosts of an open model → its name there, where that is known. */
  readonly hosts: ReadonlyMap<string, string | undefined>;
  /** Output tokens of one image by variant (`high/1024x1024`), where images are billed by tokens. */
  readonly imageTokens: Readonly<Record<string, number>>;
  /** Published prices in dollars of things that no usage bucket counts: shown, never billed. */
  readonly extras: Readonly<Record<string, string>>;
}

/** When a model came, and when and for what it goes; dates as published. */
export interface Lifecycle {
  readonly status: 'active' | 'deprecated' | 'retired';
  readonly released?: string;
  /** First day without the model, UTC. */
  readonly shutdown?: string;
  readonly replacement?: string;
}

/** Whether the vendor has ended a model at a moment (milliseconds since 1970). */
export function isRetired({ lifecycle }: ModelCard, at: number): boolean {
  const { status, shutdown } = lifecycle;
  return status === 'retired' || (shutdown !== undefined && at >= Date.parse(shutdown));
}

/** The card of one entry of a data file. */
export function createCard(entry: ModelEntry, vendor: string): ModelCard {
  const { context, maxOutput, dimensions, released, shutdown, replacement } = entry;
  return {
    id: entry.id,
    vendor,
    aliases: entry.aliases ?? [],
    kind: entry.kind,
    ...(context !== undefined && { context }),
    ...(maxOutput !== undefined && { maxOutput }),
    ...(dimensions !== undefined && { dimensions }),
    input: entry.in ?? [],
    output: entry.out ?? [],
    capabilities: Object.fromEntries([
      ...(entry.can ?? []).map((name) => [name, true]),
      ...(entry.cannot ?? []).map((name) => [name, false]),
    ]),
    openWeights: entry.openWeights ?? false,
    lifecycle: {
      status: entry.status ?? 'active',
      ...(released !== undefined && { released }),
      ...(shutdown !== undefined && { shutdown }),
      ...(replacement !== undefined && { replacement }),
    },
    asOf: entry.asOf,
    verify: entry.verify ?? false,
    priced: entry.prices !== undefined || entry.hosts !== undefined,
    hosts: new Map(Object.entries(entry.hosts ?? {}).map(([host, at]) => [host, at.model])),
    imageTokens: entry.imageTokens ?? {},
    extras: entry.extras ?? {},
  };
}
