// Random requests and answers of the kinds that this wire can say, in their canonical form.
import type { Random } from '../../../kernel/index.ts';
import type { Choice, NeutralAnswer, StopReason } from '../../neutral/answer.ts';
import type { Citation, Message, Part, TextPart, ToolResultPart } from '../../neutral/parts.ts';
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
const URL_OF_IMAGE = 'https://example.com/cat.png';

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

  /** A field that is there in half of the cases. */
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

function citation(draw: Draw): Citation {
  const value = {
    type: 'url_citation',
    start_index: draw.below(5),
    end_index: 5 + draw.below(5),
    url: 'https://example.com/a',
    title: draw.text(),
  };
  return {
    kind: 'url',
    url: value.url,
    title: value.title,
    start: value.start_index,
    end: value.end_index,
    raw: { origin: 'responses', value },
  };
}

function ownText(draw: Draw): TextPart {
  return {
    type: 'text',
    text: draw.text(),
    ...draw.maybe({ citations: [citation(draw)] }),
  };
}

function toolCall(draw: Draw): Part {
  const isCustom = draw.chance();
  return {
    type: 'toolCall',
    id: draw.id('call'),
    name: draw.one(NAMES),
    arguments: isCustom ? draw.text() : JSON.stringify({ q: draw.text() }),
    ...(isCustom && { isCustom }),
  };
}

function reasoning(draw: Draw): Part {
  return {
    type: 'reasoning',
    text: draw.one(['', 'Thinking.', 'First.\n\nThen.']),
    seal: { origin: 'responses', data: draw.id('gAAA') },
  };
}

function givenPart(draw: Draw): Part {
  const cache = draw.maybe({ cache: { ttl: '5m' as const } });
  switch (draw.below(6)) {
    case 0:
      return {
        type: 'image',
        source: { kind: 'url', url: URL_OF_IMAGE },
        ...draw.maybe({ detail: draw.one(['low', 'high', 'original']) }),
        ...cache,
      };
    case 1:
      return {
        type: 'image',
        source: { kind: 'data', data: 'iVBORw0KGgo=', mediaType: 'image/png' },
        ...cache,
      };
    case 2:
      return {
        type: 'file',
        source: draw.one([
          { kind: 'data', data: 'JVBERi0=', mediaType: 'application/pdf' },
          { kind: 'url', url: 'https://example.com/a.pdf' },
          { kind: 'file', id: 'file-1', origin: 'responses' },
        ] as const),
        ...draw.maybe({ name: 'a.pdf' }),
        ...cache,
      };
    case 3:
      return {
        type: 'audio',
        source: {
          kind: 'data',
          data: 'UklGRg==',
          mediaType: draw.one(['audio/wav', 'audio/mpeg']),
        },
      };
    default:
      return { type: 'text', text: draw.text(), ...cache };
  }
}

function results(draw: Draw, calls: readonly Part[]): Message[] {
  const parts = calls.flatMap((call): ToolResultPart[] => {
    if (call.type !== 'toolCall') return [];
    const { id, name, isCustom } = call;
    const content = draw.chance()
      ? [{ type: 'text' as const, text: draw.text() }]
      : [
          { type: 'text' as const, text: draw.text() },
          { type: 'image' as const, source: { kind: 'url' as const, url: URL_OF_IMAGE } },
        ];
    return [
      {
        type: 'toolResult',
        callId: id,
        name,
        content: draw.below(8) === 0 ? [] : content,
        ...(isCustom && { isCustom }),
      },
    ];
  });
  return parts.length === 0 ? [] : [{ role: 'user', parts }];
}

function turn(draw: Draw): Message[] {
  const said: Part[] = [
    ...draw.many(1, () => reasoning(draw)),
    ...draw.many(2, () => ownText(draw)),
    ...draw.many(2, () => toolCall(draw)),
  ];
  const asked: Message = {
    role: 'user',
    parts: [givenPart(draw), ...draw.many(2, () => givenPart(draw))],
  };
  if (said.length === 0) return [asked];
  return [asked, { role: 'assistant', parts: said }, ...results(draw, said)];
}

function instruction(draw: Draw): Message {
  const parts: Part[] = [{ type: 'text', text: draw.text() }];
  return { role: 'system', parts, ...draw.maybe({ isDeveloper: true }) };
}

function tool(draw: Draw, at: number): Tool {
  const name = `tool_${at}`;
  const description = draw.maybe({ description: draw.text() });
  switch (draw.below(3)) {
    case 0:
      return {
        type: 'custom',
        name,
        ...description,
        ...draw.maybe({ format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } }),
      };
    case 1:
      return {
        type: 'hosted',
        origin: 'responses',
        name: 'web_search',
        value: { type: 'web_search_preview', search_context_size: 'low' },
      };
    default:
      return {
        type: 'function',
        name,
        ...description,
        parameters: { type: 'object', properties: { q: { type: 'string' } } },
        ...draw.maybe({ isStrict: true }),
      };
  }
}

function toolChoice(draw: Draw, tools: readonly Tool[]): ToolChoice {
  const mode = draw.one(['auto', 'none', 'required'] as const);
  if (tools.length === 0 || draw.chance()) return { mode };
  const { name } = draw.one(tools);
  if (draw.chance()) return { mode: 'tool', name };
  return { mode: 'allowed', names: [name], isRequired: draw.chance() };
}

function output(draw: Draw): OutputFormat {
  return draw.one<OutputFormat>([
    { type: 'text' },
    { type: 'json' },
    { type: 'schema', name: 'city', schema: { type: 'object' } },
    {
      type: 'schema',
      name: 'city',
      description: 'A city',
      schema: { type: 'object', properties: {} },
      isStrict: true,
    },
  ]);
}

function sampling(draw: Draw): Sampling {
  return {
    ...draw.maybe({ temperature: draw.one([0, 0.7, 2]) }),
    ...draw.maybe({ topP: 0.5 }),
    ...draw.one([{}, { logprobs: true }, { logprobs: true, topLogprobs: 3 }]),
  };
}

function wish(draw: Draw): ReasoningWish {
  return draw.one<ReasoningWish>([
    { effort: 'low' },
    { effort: 'xhigh', isShown: true, summary: 'auto' },
    { isShown: true, summary: 'detailed' },
  ]);
}

/** A request that an upstream of this wire can do whole. */
export function randomRequest(draw: Draw): NeutralRequest {
  const tools = Array.from({ length: draw.below(4) }, (_, at) => tool(draw, at));
  const messages = [
    ...draw.many(2, () => instruction(draw)),
    ...turn(draw),
    ...draw.many(3, () => turn(draw)).flat(),
  ];
  return {
    messages,
    tools,
    ...draw.maybe({ toolChoice: toolChoice(draw, tools) }),
    ...draw.maybe({ parallelToolCalls: draw.chance() }),
    ...draw.maybe({ output: output(draw) }),
    ...draw.maybe({ verbosity: 'low' }),
    ...draw.maybe({ reasoning: wish(draw) }),
    sampling: sampling(draw),
    ...draw.maybe({ maxOutputTokens: 16 + draw.below(1000) }),
    choices: 1,
    isStream: draw.chance(),
    ...draw.maybe({ serviceTier: 'flex' }),
    ...draw.maybe({ user: 'u-1' }),
    ...draw.maybe({ metadata: { trip: draw.text() } }),
    ...draw.maybe({ promptCacheKey: 'k' }),
    extras: draw.chance() ? [] : [{ origin: 'responses', field: 'truncation', value: 'auto' }],
  };
}

/** Usage in every bucket that the wire can tell apart. */
export function randomUsage(draw: Draw): Usage {
  const few = (): number => (draw.chance() ? 0 : draw.below(1000));
  return {
    ...NO_USAGE,
    input: few(),
    cacheRead: few(),
    cacheWrite5m: few(),
    cacheWrite1h: few(),
    inputAudio: few(),
    inputImage: few(),
    output: few(),
    reasoning: few(),
    outputAudio: few(),
    outputImage: few(),
  };
}

function answerPart(draw: Draw): Part {
  switch (draw.below(8)) {
    case 0:
      return reasoning(draw);
    case 1:
      return {
        type: 'reasoning',
        text: draw.text(),
        seal: { origin: 'messages', data: draw.id('sig') },
      };
    case 2:
      return { type: 'reasoning', text: draw.text() };
    case 3:
      return { ...toolCall(draw), ...draw.maybe({ seal: foreignSeal(draw) }) } as Part;
    case 4: {
      const seal = { origin: 'responses' as const, data: '', id: draw.id('ig') };
      return {
        type: 'image',
        source: { kind: 'data', data: 'iVBORw0KGgo=', mediaType: 'image/png' },
        seal,
      };
    }
    case 5:
      return {
        type: 'opaque',
        origin: draw.one(['responses', 'messages'] as const),
        value: { type: 'web_search_call', id: draw.id('ws'), status: 'completed' },
      };
    default:
      return { ...ownText(draw), ...draw.maybe({ seal: foreignSeal(draw) }) } as Part;
  }
}

function foreignSeal(draw: Draw): object {
  return { origin: 'gemini', data: draw.id('thought') };
}

/** How an answer with these parts can have ended. */
function stopFor(draw: Draw, parts: readonly Part[]): StopReason {
  const cut = draw.below(6);
  if (cut === 0) return 'length';
  if (cut === 1) return 'contentFilter';
  if (parts.some((part) => part.type === 'toolCall')) return 'toolCalls';
  return parts.some((part) => part.type === 'refusal') ? 'refusal' : 'end';
}

/** Searches of the web are told by their items. */
function searchesIn(parts: readonly Part[]): number {
  return parts.filter((part) => part.type === 'opaque' && part.origin === 'responses').length;
}

/** An answer whose parts each have a place in this wire. */
export function randomAnswer(draw: Draw): NeutralAnswer {
  const parts =
    draw.below(8) === 0
      ? [{ type: 'refusal' as const, text: draw.text() }]
      : draw.many(5, () => answerPart(draw));
  const rated = parts.some((part) => part.type === 'text') && draw.chance();
  const logprobs = [
    { token: 'a', logprob: -0.5, bytes: [97], top: [{ token: 'b', logprob: -2, bytes: [98] }] },
    { token: '🌍', logprob: -1, bytes: null, top: [] },
  ];
  const choice: Choice = {
    index: 0,
    parts,
    stop: stopFor(draw, parts),
    ...(rated && { logprobs }),
  };
  return {
    id: draw.id('resp'),
    model: 'm',
    createdAt: 1_764_000_000,
    choices: [choice],
    usage: draw.below(5) === 0 ? undefined : { ...randomUsage(draw), units: searchesIn(parts) },
    isSuspicious: false,
    serviceTier: 'default',
  };
}
