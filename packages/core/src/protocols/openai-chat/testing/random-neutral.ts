// Random requests and answers of the kinds that this wire can say, in their canonical form.
import type { Random } from '../../../kernel/index.ts';
import type { Choice, NeutralAnswer, StopReason, TokenLogprob } from '../../neutral/answer.ts';
import type { Message, Part, Seal, TextPart, ToolCallPart } from '../../neutral/parts.ts';
import type {
  NeutralRequest,
  OutputFormat,
  ReasoningWish,
  Sampling,
  Tool,
  ToolChoice,
} from '../../neutral/request.ts';
import { NO_USAGE, type Usage } from '../../neutral/usage.ts';

const TEXTS = ['Porto', 'Grüße 🌍', ' "quoted"\n\\', '東京', '{"a":1}', '\u2028', 'x'.repeat(300)];
const NAMES = ['get_weather', 'run_sql', 'look-up'];
const IMAGE_URL = 'https://example.org/cat.png';

/** Draws from a repeatable sequence. */
export class Draw {
  readonly #random: Random;
  #ids = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }

  chance(): boolean {
    return this.#random.fraction() < 0.5;
  }

  one<T>(list: readonly T[]): T {
    const drawn = list[this.below(list.length)];
    if (drawn === undefined) throw new Error('nothing to draw from');
    return drawn;
  }

  many<T>(max: number, make: () => T): T[] {
    return Array.from({ length: this.below(max + 1) }, make);
  }

  /** Fields that are there in half of the cases. */
  maybe<T extends object>(fields: T): T | object {
    return this.chance() ? fields : {};
  }

  id(prefix: string): string {
    return `${prefix}_${this.#ids++}`;
  }

  text(): string {
    return this.one(TEXTS);
  }
}

/** A seal as any vendor makes it; `own` is how those of chat upstreams look. */
function seal(draw: Draw, own: string): Seal {
  switch (draw.below(3)) {
    case 0:
      return { origin: 'messages', data: 'EqoBCkgI+/=' };
    case 1:
      return { origin: 'responses', data: 'gAAA:x', id: draw.id('rs') };
    default:
      return { origin: 'chat', data: own };
  }
}

function thought(draw: Draw, isOwn: boolean): Part {
  const detail = JSON.stringify({ format: 'f', signature: draw.id('s'), type: 'reasoning.text' });
  const given = isOwn ? ({ origin: 'chat', data: detail } as const) : seal(draw, detail);
  return { type: 'reasoning', text: draw.one(['', 'Thinking.', 'More.']), seal: given };
}

function toolCall(draw: Draw, isOwn: boolean): ToolCallPart {
  const isCustom = draw.chance();
  const given = isOwn ? ({ origin: 'chat', data: 'Cv=' } as const) : seal(draw, 'Cv=');
  return {
    type: 'toolCall',
    id: draw.id('call'),
    name: draw.one(NAMES),
    arguments: isCustom ? draw.text() : JSON.stringify({ q: draw.text() }),
    ...(isCustom && { isCustom }),
    ...draw.maybe({ seal: given }),
  };
}

const AUDIO = { kind: 'data', data: 'UklGRg==', mediaType: 'audio/wav' } as const;
const FILES = [
  { kind: 'data', data: 'JVBERi0=', mediaType: 'application/pdf' },
  { kind: 'file', id: 'file-1', origin: 'chat' },
] as const;

function givenPart(draw: Draw): Part {
  const source = draw.one([
    { kind: 'url', url: IMAGE_URL },
    { kind: 'data', data: 'iVBORw0KGgo=', mediaType: 'image/png' },
  ] as const);
  switch (draw.below(6)) {
    case 0:
      return { type: 'image', source, ...draw.maybe({ detail: draw.one(['low', 'high']) }) };
    case 1: {
      const file = draw.one(FILES);
      return { type: 'file', source: file, ...(file.kind === 'data' && { name: 'a.pdf' }) };
    }
    case 2:
      return { type: 'audio', source: AUDIO };
    case 3:
      return { type: 'video', source: { kind: 'url', url: 'https://example.org/a.mp4' } };
    default:
      return { type: 'text', text: draw.text() };
  }
}

function turn(draw: Draw): Message[] {
  const thoughts = draw.many(2, () => thought(draw, true));
  const calls = draw.many(2, () => toolCall(draw, true));
  const text: Part[] = draw.many(1, () => ({ type: 'text', text: draw.text() }));
  const said = [...thoughts, ...text, ...calls];
  const asked: Message = {
    role: 'user',
    parts: [givenPart(draw), ...draw.many(2, () => givenPart(draw))],
  };
  if (text.length + calls.length === 0) return [asked];
  const results = calls.map(
    ({ id, name, isCustom }): Part => ({
      type: 'toolResult',
      callId: id,
      name,
      content: draw.below(8) === 0 ? [] : [{ type: 'text', text: draw.text() }],
      ...(isCustom && { isCustom }),
    }),
  );
  const answered: Message[] = results.length === 0 ? [] : [{ role: 'user', parts: results }];
  return [asked, { role: 'assistant', parts: said, ...draw.maybe({ name: 'bot' }) }, ...answered];
}

function instruction(draw: Draw): Message {
  const texts: TextPart[] = draw.many(1, () => ({ type: 'text', text: draw.text() }));
  const parts: Part[] = [{ type: 'text', text: draw.text() }, ...texts];
  return { role: 'system', parts, ...draw.maybe({ isDeveloper: true }) };
}

function tool(draw: Draw, at: number): Tool {
  const name = `tool_${at}`;
  const description = draw.maybe({ description: draw.text() });
  switch (draw.below(3)) {
    case 0: {
      const grammar = { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } };
      return { type: 'custom', name, ...description, ...draw.maybe({ format: grammar }) };
    }
    case 1:
      return {
        type: 'hosted',
        origin: 'chat',
        name: 'plugin',
        value: { type: 'plugin', size: at },
      };
    default: {
      const parameters = { type: 'object', properties: { q: { type: 'string' } } };
      return {
        type: 'function',
        name,
        ...description,
        ...draw.maybe({ parameters }),
        ...draw.maybe({ isStrict: draw.chance() }),
      };
    }
  }
}

function choiceAmong(draw: Draw, tools: readonly Tool[]): ToolChoice {
  const names = tools.filter(({ type }) => type !== 'hosted').map(({ name }) => name);
  if (names.length === 0) return { mode: draw.one(['auto', 'none', 'required']) };
  switch (draw.below(3)) {
    case 0:
      return { mode: 'tool', name: draw.one(names) };
    case 1:
      return { mode: 'allowed', names, isRequired: draw.chance() };
    default:
      return { mode: draw.one(['auto', 'none', 'required']) };
  }
}

function output(draw: Draw): OutputFormat {
  switch (draw.below(3)) {
    case 0:
      return { type: 'text' };
    case 1:
      return { type: 'json' };
    default:
      return {
        type: 'schema',
        name: 'city',
        schema: { type: 'object', properties: {} },
        ...draw.maybe({ description: draw.text() }),
        ...draw.maybe({ isStrict: draw.chance() }),
      };
  }
}

function sampling(draw: Draw): Sampling {
  return {
    ...draw.maybe({ temperature: draw.below(20) / 10 }),
    ...draw.maybe({ topP: draw.below(10) / 10 }),
    ...draw.maybe({ seed: draw.below(1_000) }),
    ...draw.maybe({ presencePenalty: draw.below(3) - 1 }),
    ...draw.maybe({ frequencyPenalty: draw.below(3) - 1 }),
    ...draw.maybe({ stop: [draw.text(), ...draw.many(3, () => draw.text())] }),
    ...draw.maybe({ logitBias: { 50256: -100 } }),
    ...draw.maybe({ logprobs: true, topLogprobs: draw.below(20) }),
  };
}

/** A request that an OpenAI model can be asked without any loss. */
export function randomRequest(draw: Draw): NeutralRequest {
  const tools = Array.from({ length: draw.below(4) }, (_, at) => tool(draw, at));
  const effort: ReasoningWish = { effort: draw.one(['none', 'low', 'medium', 'high', 'xhigh']) };
  return {
    messages: [
      ...draw.many(2, () => instruction(draw)),
      ...turn(draw),
      ...draw.many(2, () => turn(draw)).flat(),
    ],
    tools,
    ...(tools.length > 0 && draw.maybe({ toolChoice: choiceAmong(draw, tools) })),
    ...(tools.length > 0 && draw.maybe({ parallelToolCalls: draw.chance() })),
    ...draw.maybe({ output: output(draw) }),
    ...draw.maybe({ verbosity: draw.one(['low', 'high']) }),
    ...draw.maybe({ reasoning: effort }),
    sampling: sampling(draw),
    ...draw.maybe({ maxOutputTokens: 1 + draw.below(1_000) }),
    choices: 1 + draw.below(3),
    isStream: draw.chance(),
    ...draw.maybe({ modalities: ['text', 'audio'], audio: { voice: 'ash', format: 'mp3' } }),
    ...draw.maybe({ serviceTier: draw.one(['auto', 'flex', 'priority']) }),
    ...draw.maybe({ user: 'u1' }),
    ...draw.maybe({ promptCacheKey: 'k1' }),
    extras: draw.many(1, () => ({
      origin: 'chat',
      field: 'prediction',
      value: { type: 'content', content: draw.text() },
    })),
  };
}

/** Usage of any kind; what is cached or spoken is in no other bucket. */
export function randomUsage(draw: Draw): Usage {
  const entries = Object.keys(NO_USAGE).map((bucket) => [bucket, draw.below(1_000)] as const);
  return Object.fromEntries(entries) as unknown as Usage;
}

const STOPS: readonly StopReason[] = [
  'length',
  'contentFilter',
  'pause',
  'contextLength',
  'malformedCall',
  'error',
];

function logprob(draw: Draw): TokenLogprob {
  const token = {
    token: draw.text(),
    logprob: -(1 + draw.below(100)) / 16,
    bytes: draw.one([null, [1, 2]]),
  };
  return { ...token, top: draw.many(2, () => ({ ...token, token: draw.text() })) };
}

function choice(draw: Draw, index: number): Choice {
  const text = draw.text();
  const cited = { citations: [{ kind: 'url', url: IMAGE_URL, start: 0, end: 3 } as const] };
  const texts: Part[] = draw.many(1, () => ({
    type: 'text',
    text,
    ...draw.maybe(cited),
    ...draw.maybe({ seal: seal(draw, 'Cx=') }),
  }));
  const calls = draw.many(2, () => toolCall(draw, false));
  const image = { kind: 'data', data: 'iVBORw0KGgo=', mediaType: 'image/png' } as const;
  const images: Part[] = draw.many(1, () => ({ type: 'image', source: image }));
  const refusals: Part[] = draw.many(1, () => ({ type: 'refusal', text: 'No.' }));
  const parts = [
    ...draw.many(2, () => thought(draw, false)),
    ...texts,
    ...refusals,
    ...images,
    ...calls,
  ];
  const usual = calls.length > 0 ? 'toolCalls' : refusals.length > 0 ? 'refusal' : 'end';
  return {
    index,
    parts,
    stop: draw.one([usual, usual, ...STOPS]),
    ...(texts.length > 0 && draw.maybe({ logprobs: [logprob(draw), logprob(draw)] })),
  };
}

/** An answer with everything that this wire can say. */
export function randomAnswer(draw: Draw): NeutralAnswer {
  return {
    id: 'chatcmpl-1',
    model: 'm',
    createdAt: 1_790_000_000 + draw.below(1_000),
    choices: Array.from({ length: 1 + draw.below(2) }, (_, index) => choice(draw, index)),
    usage: draw.chance() ? randomUsage(draw) : undefined,
    isSuspicious: false,
    ...draw.maybe({ serviceTier: 'flex' }),
    ...draw.maybe({ systemFingerprint: 'fp_1' }),
  };
}
