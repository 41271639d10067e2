// For tests: requests and answers as Gemini can say them, drawn from a seed.
import type { Random } from '../../kernel/index.ts';
import type { Choice, NeutralAnswer, StopReason, TokenLogprob } from '../neutral/answer.ts';
import type { Citation, Message, Part, Seal, ToolCallPart } from '../neutral/parts.ts';
import type { NeutralRequest, OutputFormat, Tool, ToolChoice } from '../neutral/request.ts';
import { NO_USAGE, type Usage } from '../neutral/usage.ts';
import { present } from './fields.ts';

const WORDS = ['tide', 'São', '潮', '🌊', '"quoted"', 'line\nbreak', '{"a":1}', '\\', ' ', '</x>'];

/** Draws what a test needs. */
class Draws {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }

  maybe<T>(value: () => T): T | undefined {
    return this.#random.fraction() < 0.5 ? value() : undefined;
  }

  one<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  some<T>(max: number, value: (at: number) => T, min = 0): T[] {
    return Array.from({ length: min + this.below(max - min + 1) }, (_, at) => value(at));
  }

  text(): string {
    return this.some(4, () => this.one(WORDS), 1).join('-');
  }

  data(): string {
    return this.#random.bytes(1 + this.below(20)).toString('base64');
  }

  seal(): Seal | undefined {
    return this.maybe(() => ({ origin: 'gemini' as const, data: this.data() }));
  }
}

/** A seal of any wire, as answers to clients carry them. */
function anySeal(draw: Draws): Seal | undefined {
  return draw.maybe(() => ({
    origin: draw.one(['gemini', 'messages', 'responses'] as const),
    data: draw.data(),
  }));
}

function media(draw: Draws): Part {
  const data = (mediaType: string) => ({ kind: 'data', data: draw.data(), mediaType }) as const;
  const file = (mediaType: string) =>
    ({ kind: 'file', id: 'gs://bucket/object', origin: 'gemini', mediaType }) as const;
  const url = (mediaType: string) =>
    ({ kind: 'url', url: `https://example.com/${draw.below(99)}`, mediaType }) as const;
  const source = draw.one([data, file, url]);
  switch (draw.below(4)) {
    case 0:
      return { type: 'image', source: source('image/png') };
    case 1:
      return { type: 'audio', source: draw.one([data, file])('audio/wav') };
    case 2:
      return { type: 'video', source: source('video/mp4') };
    default:
      return { type: 'file', source: source('application/pdf') };
  }
}

function call(draw: Draws, id: string, seal: Seal | undefined): ToolCallPart {
  const args = draw.one([{}, { city: draw.text() }, { deep: [1, { a: null }], b: 2.5 }]);
  return {
    type: 'toolCall',
    id,
    name: draw.one(['get_weather', 'f.1', '_x']),
    arguments: JSON.stringify(args),
    ...present({ seal }),
  };
}

function assistantParts(draw: Draws, ids: () => string): Part[] {
  const seal = draw.seal();
  const thought = draw.maybe(
    (): Part => ({
      type: 'reasoning',
      text: draw.text(),
      ...present({ seal: draw.seal() }),
    }),
  );
  const said: Part = { type: 'text', text: draw.text(), ...present({ seal }) };
  const calls = draw.some(3, () => call(draw, ids(), draw.seal()));
  return [...(thought ? [thought] : []), said, ...calls];
}

function resultOf(draw: Draws, { id, name }: ToolCallPart): Part {
  const image = { kind: 'data', data: draw.data(), mediaType: 'image/png' } as const;
  const isError = draw.maybe(() => true);
  const texts = draw.maybe(() => ({ type: 'text', text: draw.text() }) as const);
  const images = draw.some(2, () => ({ type: 'image', source: image }) as const, texts ? 0 : 1);
  const content = [...(texts ? [texts] : []), ...images];
  const isTold = texts !== undefined && isError === true;
  return { type: 'toolResult', callId: id, name, content, ...(isTold && { isError: true }) };
}

function messages(draw: Draws): Message[] {
  let count = 0;
  const ids = () => `id_${count++}`;
  const text = (): Part => ({ type: 'text', text: draw.text() });
  const made: Message[] = [];
  if (draw.maybe(() => true)) made.push({ role: 'system', parts: draw.some(2, text, 1) });
  made.push({ role: 'user', parts: [text(), ...draw.some(2, () => media(draw))] });
  for (let turn = draw.below(3); turn > 0; turn--) {
    const parts = assistantParts(draw, ids);
    const calls = parts.filter((part): part is ToolCallPart => part.type === 'toolCall');
    made.push({ role: 'assistant', parts });
    const results = calls.map((each) => resultOf(draw, each));
    made.push({ role: 'user', parts: [...results, ...draw.some(1, text, calls.length ? 0 : 1)] });
  }
  return made;
}

function tools(draw: Draws): Pick<NeutralRequest, 'tools' | 'toolChoice'> {
  const schema = { type: 'object', properties: { a: { type: ['string', 'null'] } } };
  const hosted = draw.maybe(
    (): Tool =>
      draw.one([
        { type: 'hosted', origin: 'gemini', name: 'web_search', value: { googleSearch: {} } },
        { type: 'hosted', origin: 'gemini', name: 'urlContext', value: { urlContext: {} } },
      ]),
  );
  const toolChoice = draw.one<ToolChoice | undefined>([
    undefined,
    { mode: 'auto' },
    { mode: 'none' },
    { mode: 'required' },
    { mode: 'tool', name: 'f0' },
    { mode: 'allowed', names: ['f0', 'f1'], isRequired: true },
    { mode: 'allowed', names: ['f0'], isRequired: false },
  ]);
  const isValidated =
    (toolChoice?.mode === 'allowed' && !toolChoice.isRequired) ||
    (toolChoice?.mode === 'auto' && draw.below(2) === 0);
  const functions = draw.some(3, (at): Tool => {
    const described = draw.maybe(() => draw.text());
    const parameters = draw.maybe(() => schema);
    const isStrict = isValidated || undefined;
    const said = present({ description: described, parameters, isStrict });
    return { type: 'function', name: `f${at}`, ...said };
  });
  const all = [...functions, ...(hosted ? [hosted] : [])];
  return { tools: all, ...present({ toolChoice: functions.length ? toolChoice : undefined }) };
}

function output(draw: Draws): OutputFormat | undefined {
  const titled = { type: 'object', title: 'berth', properties: { a: { type: 'number' } } };
  return draw.one<OutputFormat | undefined>([
    undefined,
    { type: 'text' },
    { type: 'json' },
    { type: 'schema', name: 'response', schema: { type: 'array', items: { type: 'string' } } },
    { type: 'schema', name: 'berth', schema: titled },
  ]);
}

/** A request that Gemini 3.6 Flash can take without a loss. */
export function randomRequest(random: Random): NeutralRequest {
  const draw = new Draws(random);
  const logprobs = draw.maybe(() => true);
  const effort = draw.maybe(() => draw.one(['minimal', 'low', 'medium', 'high'] as const));
  const isShown = draw.maybe(() => draw.below(2) === 0);
  const reasoning = present({ effort, isShown });
  return {
    messages: messages(draw),
    ...tools(draw),
    sampling: present({
      temperature: draw.maybe(() => draw.below(20) / 10),
      topP: draw.maybe(() => draw.below(10) / 10),
      topK: draw.maybe(() => draw.below(40)),
      seed: draw.maybe(() => draw.below(1_000)),
      presencePenalty: draw.maybe(() => draw.below(3) - 1),
      frequencyPenalty: draw.maybe(() => draw.below(3) - 1),
      stop: draw.maybe(() => draw.some(5, () => draw.text(), 1)),
      logprobs,
      topLogprobs: logprobs ? draw.maybe(() => draw.below(20)) : undefined,
    }),
    choices: 1 + draw.below(3),
    isStream: draw.below(2) === 0,
    ...present({
      output: output(draw),
      reasoning: Object.keys(reasoning).length > 0 ? reasoning : undefined,
      maxOutputTokens: draw.maybe(() => 1 + draw.below(5_000)),
      modalities: draw.maybe(() => ['text', 'image']),
      audio: draw.maybe(() => ({ voice: 'Kore', format: 'pcm16' })),
      serviceTier: draw.maybe(() => draw.one(['default', 'flex', 'priority'])),
    }),
    extras: draw.some(1, () => ({
      origin: 'gemini' as const,
      field: draw.one(['safetySettings', 'generationConfig.imageConfig', 'toolConfig.x']),
      value: { a: draw.text() },
    })),
  };
}

function citations(draw: Draws, text: string): Citation[] | undefined {
  return draw.maybe(() =>
    draw.some(
      2,
      (at): Citation => {
        const source = { url: `https://example.com/${at}`, title: draw.text() };
        const place = { start: 0, end: [...text].slice(0, 1).join('').length };
        return draw.one<Citation>([
          { kind: 'url', ...source, ...place },
          { kind: 'document', ...source, quote: draw.text(), ...place },
        ]);
      },
      1,
    ),
  );
}

/** Metadata are what citations come from, so that they stand with the answer that has them. */
const METADATA: Part = {
  type: 'opaque',
  origin: 'gemini',
  value: { urlContextMetadata: { urlMetadata: [{ retrievedUrl: 'https://example.com' }] } },
};

function answerParts(draw: Draws, id: (at: number) => string): Part[] {
  const thought: Part = {
    type: 'reasoning',
    text: draw.text(),
    ...present({ seal: anySeal(draw) }),
  };
  const text = draw.text();
  const said: Part = { type: 'text', text, ...present({ seal: anySeal(draw) }) };
  const code = { executableCode: { language: 'PYTHON', code: draw.text() } };
  const others = draw.some(
    3,
    (at): Part =>
      draw.one<() => Part>([
        () => call(draw, id(at), anySeal(draw)),
        () => ({
          type: 'image',
          source: { kind: 'data', data: draw.data(), mediaType: 'image/png' },
          ...present({ seal: anySeal(draw) }),
        }),
        () => ({ type: 'opaque', origin: 'gemini', value: code }),
      ])(),
  );
  const metadata = draw.maybe(() => METADATA);
  return [
    ...(draw.maybe(() => thought) ? [thought] : []),
    said,
    ...others,
    ...(metadata ? [metadata] : []),
  ];
}

function usage(draw: Draws): Usage {
  const count = () => draw.below(2) * draw.below(5_000);
  return {
    ...NO_USAGE,
    input: count(),
    cacheRead: count(),
    cacheWrite5m: count(),
    inputAudio: count(),
    inputImage: count(),
    output: count(),
    reasoning: count(),
    outputAudio: count(),
    outputImage: count(),
  };
}

function logprobs(draw: Draws): TokenLogprob[] {
  const rated = () => ({ token: draw.text(), logprob: -(1 + draw.below(100)) / 7, bytes: null });
  return draw.some(3, () => ({ ...rated(), top: draw.some(2, rated) }), 1);
}

/** An answer that Gemini's words have a place for. */
export function randomAnswer(random: Random): NeutralAnswer {
  const draw = new Draws(random);
  const choices = draw.some(
    2,
    (index): Choice => {
      const parts = answerParts(draw, (at) => `id_${index}_${at}`);
      const hasCalls = parts.some((part) => part.type === 'toolCall');
      const stops: StopReason[] = ['length', 'contentFilter', 'malformedCall', 'error'];
      return {
        index,
        parts,
        stop: draw.one([hasCalls ? 'toolCalls' : 'end', ...stops]),
        ...present({ logprobs: draw.maybe(() => logprobs(draw)) }),
      };
    },
    1,
  );
  const told = draw.maybe(() => usage(draw));
  return {
    id: `answer-${draw.below(1_000)}`,
    model: draw.one(['gemini-3.8-flash', 'other']),
    createdAt: 1_790_000_000 + draw.below(1_000_000),
    choices,
    usage: told,
    isSuspicious: false,
    ...present({
      serviceTier: told && draw.maybe(() => draw.one(['default', 'flex', 'priority'])),
    }),
  };
}

/** The same with citations of its texts, and nothing else that metadata tell. */
export function randomCitedAnswer(random: Random): NeutralAnswer {
  const answer = randomAnswer(random);
  const draw = new Draws(random);
  const choices = answer.choices.map((choice) => {
    const parts = choice.parts.filter((part) => part.type === 'text');
    return {
      ...choice,
      stop: 'end' as const,
      parts: parts.map((part): Part => {
        const cited = citations(draw, part.text);
        return { ...part, ...present({ citations: cited }) };
      }),
    };
  });
  return { ...answer, choices };
}
