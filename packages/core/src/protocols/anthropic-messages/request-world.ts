import type { Random } from '../../kernel/index.ts';
import type { FilePart, ImagePart, Message, Part, TextPart } from '../neutral/parts.ts';
import type { NeutralRequest, ReasoningWish, Sampling, Tool } from '../neutral/request.ts';
import type { WireTarget } from '../wire.ts';
import { readCitation } from './citations.ts';
import { decodeMessages } from './decode.ts';
import { compact } from './fields.ts';
import { messagesClient, messagesUpstream } from './index.ts';

/** A request without anything in it but one question. */
export const PLAIN: NeutralRequest = {
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
  tools: [],
  sampling: {},
  choices: 1,
  isStream: false,
  extras: [],
};

/** A target as routing would name it. */
export function targetOf(model: string, more: Partial<WireTarget> = {}): WireTarget {
  return { model, canonical: model, includeUsage: true, maxOutputTokens: 64_000, ...more };
}

/** Writes a request for a model and gives its body as fields, with what was lost. */
export function written(request: Partial<NeutralRequest>, target: WireTarget | string) {
  const to = typeof target === 'string' ? targetOf(target) : target;
  const { body, losses } = messagesUpstream.encodeRequest({ ...PLAIN, ...request }, to);
  return { body: JSON.parse(body.toString()) as Record<string, unknown>, losses };
}

/** Reads a request as a client of this wire sends it. */
export function read(body: object): NeutralRequest {
  return messagesClient.decodeRequest(decodeMessages(Buffer.from(JSON.stringify(body))));
}

/** Random requests of everything that this wire can say, in the form in which it says it. */
export class RequestMaker {
  readonly #random: Random;
  #calls = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  #below(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }

  #maybe<T>(make: () => T): T | undefined {
    return this.#below(2) === 0 ? undefined : make();
  }

  /** One of the values. */
  pick<T>(values: readonly T[]): T {
    return values[this.#below(values.length)] as T;
  }

  #many<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#below(most + 1) }, make);
  }

  #word(): string {
    return this.pick(['moss', 'Grüße', '東京 🌍', 'a "quoted" \\ word', 'two\nlines', 'x']);
  }

  #cache(): Pick<TextPart, 'cache'> {
    return this.#below(12) > 0 ? {} : { cache: { ttl: this.pick(['5m', '1h'] as const) } };
  }

  text(): TextPart {
    return { type: 'text', text: this.#word(), ...this.#cache() };
  }

  #image(): ImagePart {
    const source = this.pick<ImagePart['source']>([
      { kind: 'url', url: 'https://example.com/a.png' },
      { kind: 'data', data: 'QUJD', mediaType: 'image/webp' },
      { kind: 'file', id: 'file_1', origin: 'messages' },
    ]);
    return { type: 'image', source, ...this.#cache() };
  }

  #file(): FilePart {
    const source = this.pick<FilePart['source']>([
      { kind: 'url', url: 'https://example.com/a.pdf' },
      { kind: 'data', data: 'QUJD', mediaType: 'application/pdf' },
      { kind: 'data', data: Buffer.from('Grüße').toString('base64'), mediaType: 'text/plain' },
      { kind: 'file', id: 'file_2', origin: 'messages' },
    ]);
    const wantsCitations = this.#maybe(() => true as const);
    return compact({
      type: 'file' as const,
      source,
      name: this.#maybe(() => this.#word()),
      wantsCitations,
      ...this.#cache(),
    });
  }

  #cited(): TextPart {
    const url = { type: 'web_search_result_location', url: 'https://a.b', title: 't' };
    const values = [
      { ...url, cited_text: 'q', encrypted_index: 'e' },
      { type: 'char_location', cited_text: 'q', document_index: 0, document_title: null },
    ];
    const citations = values.map(readCitation).filter((citation) => citation !== undefined);
    return { type: 'text', text: this.#word(), citations };
  }

  #call(): Part & { type: 'toolCall' } {
    const input = this.pick<unknown>([{}, { a: 1 }, { deep: [{ b: null, c: 'é' }], d: 0.5 }]);
    const id = `toolu_${this.#calls++}`;
    const name = this.pick(['f', 'get_weather']);
    return { type: 'toolCall', id, name, arguments: JSON.stringify(input), ...this.#cache() };
  }

  #thoughts(): Part {
    const seal = { origin: 'messages' as const, data: 'c2lnbmF0dXJl' };
    return this.pick<Part>([
      { type: 'reasoning', text: this.#word(), seal },
      { type: 'reasoning', text: '', seal },
      { type: 'reasoning', text: '', seal: { ...seal, id: 'redacted' } },
    ]);
  }

  /** What an answer of this wire can hold. */
  answerPart(): Part {
    const value = { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'q' } };
    return this.pick<() => Part>([
      () => ({ type: 'text', text: this.#word() }),
      () => this.#cited(),
      () => this.#call(),
      () => this.#thoughts(),
      () => ({ type: 'opaque', origin: 'messages', value }),
    ])();
  }

  #assistant(): Message {
    return {
      role: 'assistant',
      parts: [this.answerPart(), ...this.#many(3, () => this.answerPart())],
    };
  }

  #result(call: Part & { type: 'toolCall' }): Part {
    const make = () =>
      this.pick<() => TextPart | ImagePart | FilePart>([
        () => this.text(),
        () => this.#image(),
        () => this.#file(),
      ])();
    const isError = this.#maybe(() => true as const);
    return compact({
      type: 'toolResult' as const,
      callId: call.id,
      name: call.name,
      content: isError ? [this.text()] : this.#many(3, make),
      isError,
      ...this.#cache(),
    });
  }

  #user(before: Message | undefined): Message {
    const calls = (before?.parts ?? []).filter((part) => part.type === 'toolCall');
    const results = calls.map((call) => this.#result(call));
    const others = [() => this.text(), () => this.#image(), () => this.#file()];
    const parts = [this.text(), ...this.#many(2, () => this.pick<() => Part>(others)())];
    return { role: 'user', parts: [...results, ...parts] };
  }

  #conversation(): Message[] {
    const messages: Message[] = [];
    if (this.#below(2))
      messages.push({ role: 'system', parts: [this.text(), ...this.#many(2, () => this.text())] });
    messages.push(this.#user(undefined));
    for (let turns = this.#below(4); turns > 0; turns--) {
      if (this.#below(3) === 0) messages.push({ role: 'system', parts: [this.text()] });
      const answer = this.#assistant();
      messages.push(answer, this.#user(answer));
    }
    return messages;
  }

  #tool(name: string): Tool {
    const parameters = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    };
    const hosted = { type: 'bash_20250124', name: 'bash' };
    return this.pick<Tool>([
      compact({
        type: 'function' as const,
        name,
        description: this.#maybe(() => this.#word()),
        parameters,
        isStrict: this.pick([true, false, undefined]),
        ...this.#cache(),
      }),
      { type: 'hosted', origin: 'messages', name: 'bash', value: hosted },
    ]);
  }

  /** Few enough breakpoints to be kept. */
  request(choices: { reasoning: readonly (ReasoningWish | undefined)[]; sampling: Sampling[] }) {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    const tools = [this.#tool('f'), this.#tool('get_weather')];
    const request: NeutralRequest = compact({
      messages: this.#conversation(),
      tools,
      toolChoice: this.pick<NeutralRequest['toolChoice']>([
        undefined,
        { mode: 'auto' },
        { mode: 'none' },
        { mode: 'required' },
        { mode: 'tool', name: 'f' },
      ]),
      output: this.#maybe(() => ({
        type: 'schema' as const,
        name: 'output',
        schema,
        isStrict: true,
      })),
      reasoning: this.pick(choices.reasoning),
      sampling: this.pick(choices.sampling),
      maxOutputTokens: this.pick([2_000, 64_000]),
      choices: 1,
      isStream: this.#below(2) === 0,
      serviceTier: this.pick([undefined, 'auto', 'default']),
      user: this.#maybe(() => 'user-1'),
      extras: this.#many(1, () => ({
        origin: 'messages' as const,
        field: 'container',
        value: 'c1',
      })),
    });
    const mayBeAlone = request.toolChoice?.mode !== 'none' && request.toolChoice !== undefined;
    return mayBeAlone && this.#below(2) ? { ...request, parallelToolCalls: false } : request;
  }
}
