import type { Effort } from '../neutral/request.ts';

/** What depends on the model in a request of this wire. */
export interface ModelTraits {
  /** How thinking is asked for; `none` for models that cannot. */
  readonly thinking: 'none' | 'budget' | 'adaptive';
  /** Whether a budget of thinking tokens is taken. */
  readonly takesBudget: boolean;
  /** Whether the model thinks where a request says nothing about it. */
  readonly thinksUnasked: boolean;
  /** What switches thinking off. */
  readonly off: 'disabled' | 'between_tools' | 'never';
  /** The values of `output_config.effort`; none where the field is refused. */
  readonly efforts: readonly Effort[];
  /** Whether `temperature`, `top_p` and `top_k` are taken at all. */
  readonly takesSampling: boolean;
  /** Whether `temperature` and `top_p` are taken together. */
  readonly takesBothSampling: boolean;
  /** Whether a tool call can be forced. */
  readonly takesForcedTools: boolean;
  /** Whether the answer can go on from a beginning in the last message. */
  readonly takesPrefill: boolean;
  /** Whether instructions may stand between the turns. */
  readonly takesSystemMidway: boolean;
  /** Whether `output_config.format` and strict tools exist. */
  readonly takesFormat: boolean;
  /** The shortest prefix that is cached, in tokens. */
  readonly cacheMinimumTokens: number;
}

/** Others speak this wire too (DeepSeek, Moonshot, Zhipu …): what the first thinking models took. */
const UNKNOWN_MAKER: ModelTraits = {
  thinking: 'budget',
  takesBudget: true,
  thinksUnasked: true,
  off: 'disabled',
  efforts: [],
  takesSampling: true,
  takesBothSampling: true,
  takesForcedTools: true,
  takesPrefill: true,
  takesSystemMidway: false,
  takesFormat: false,
  cacheMinimumTokens: 1024,
};

const FAMILIES = ['opus', 'sonnet', 'haiku', 'fable', 'mythos'] as const;

type Family = (typeof FAMILIES)[number];

/** A Claude model: 4.5 is 405; a name without a number is taken for the newest of its family. */
interface ClaudeName {
  readonly family: Family | undefined;
  readonly version: number;
}

const NEWEST = 9_999;

/** The version stands before the family up to 3.7 and behind it since 4; dates have eight digits. */
function readName(name: string): ClaudeName | undefined {
  const at = name.toLowerCase().lastIndexOf('claude-');
  if (at < 0) return undefined;
  const words = name
    .toLowerCase()
    .slice(at + 'claude-'.length)
    .split(/[^a-z0-9]+/);
  const numbers = words.filter((word) => /^\d{1,2}$/.test(word)).map(Number);
  const [major, minor = 0] = numbers;
  const family = FAMILIES.find((each) => words.includes(each));
  return { family, version: major === undefined ? NEWEST : major * 100 + minor };
}

const EFFORTS_ALL: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max'];

function effortsOf({ family, version }: ClaudeName): readonly Effort[] {
  if (version >= 407) return EFFORTS_ALL;
  if (version === 406) return ['low', 'medium', 'high', 'max'];
  return version === 405 && family === 'opus' ? ['low', 'medium', 'high'] : [];
}

function thinkingOf({ version }: ClaudeName): ModelTraits['thinking'] {
  if (version < 307) return 'none';
  return version < 406 ? 'budget' : 'adaptive';
}

/** Fable and Mythos think always, Opus since 5.5; Sonnet 5.5 at least between its tool calls. */
function offOf({ family, version }: ClaudeName): ModelTraits['off'] {
  if (family === 'fable' || family === 'mythos') return 'never';
  if (version < 505) return 'disabled';
  if (family === 'opus') return 'never';
  return family === 'sonnet' ? 'between_tools' : 'disabled';
}

function takesForcedTools({ family, version }: ClaudeName): boolean {
  if (family === 'fable' || family === 'mythos') return version < 501;
  return family === 'haiku' || version < 505;
}

function takesSystemMidway({ family, version }: ClaudeName): boolean {
  return version >= (family === 'opus' ? 408 : family === 'sonnet' ? 505 : 500);
}

function cacheMinimumOf({ family, version }: ClaudeName): number {
  if (version >= 500) return family === 'sonnet' && version < 505 ? 1024 : 512;
  if (version === 407) return 2048;
  if (version === 408) return 1024;
  if (version >= 405 && family !== 'sonnet') return 4096;
  return family === 'haiku' ? 2048 : 1024;
}

function claudeTraits(name: ClaudeName): ModelTraits {
  const { family, version } = name;
  const thinking = thinkingOf(name);
  return {
    thinking,
    takesBudget: thinking !== 'none' && version < 407,
    thinksUnasked: version >= 500,
    off: offOf(name),
    efforts: effortsOf(name),
    takesSampling: version < 407,
    takesBothSampling: version < 400,
    takesForcedTools: takesForcedTools(name),
    takesPrefill: version < 406,
    takesSystemMidway: takesSystemMidway(name),
    takesFormat: version >= (family === 'opus' ? 401 : 405),
    cacheMinimumTokens: cacheMinimumOf(name),
  };
}

/** What a model takes, by its names: the catalog's first, then the upstream's own. */
export function traitsOf(canonical: string, model: string): ModelTraits {
  const name = readName(canonical) ?? readName(model);
  return name === undefined ? UNKNOWN_MAKER : claudeTraits(name);
}

/** The shortest prefix, in tokens, that a model's provider caches. */
export function cacheMinimumTokens(canonical: string): number {
  return traitsOf(canonical, canonical).cacheMinimumTokens;
}
