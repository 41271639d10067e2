// What the fixtures of every family say, in no vendor's words: what clients have to show of them.
import type { FamilyName } from '@meridian/testkit';

/** The buckets of a usage that are not zero. */
export type Buckets = Readonly<
  Partial<
    Record<'input' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'output' | 'reasoning', number>
  >
>;

/** A call of a tool, its arguments parsed. */
export interface SaidCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
}

/** What one fixture says. */
export interface FixtureAnswer {
  readonly fixture: string;
  readonly text: string;
  readonly thoughts?: string;
  readonly calls?: readonly SaidCall[];
  /** What only the upstream can read, and wants back. */
  readonly seals?: readonly string[];
  readonly usage: Buckets;
}

/** What an upstream is made to answer. `sealed` is what a next turn has to bring back. */
export type Scenario = 'text' | 'calls' | 'thoughts' | 'sealed' | 'cache' | 'structured';

/** The answer that clients read by their schema. */
export const STRUCTURED = { port: 'Porto', opens: 6 };
const STRUCTURED_TEXT = JSON.stringify(STRUCTURED);

const call = (id: string, name: string, given: object): SaidCall => ({
  id,
  name,
  arguments: given,
});

const RESPONSES_SEAL = 'gAAAAABpJm0Tc2FsdGVkX19hbmRfc2VhbGVkX3RoaW5raW5nXzAxMjM0NTY3ODk=';

/** Every family's answer to every scenario. */
export const answers: Readonly<Record<FamilyName, Readonly<Record<Scenario, FixtureAnswer>>>> = {
  chat: {
    text: {
      fixture: 'text',
      text: 'The tide rises twice a day.',
      usage: { input: 14, output: 7 },
    },
    calls: {
      fixture: 'parallel-tool-calls',
      text: '',
      calls: [
        call('call_P1', 'get_weather', { city: 'Porto' }),
        call('call_P2', 'get_time', { zone: 'Europe/Lisbon' }),
      ],
      usage: { input: 88, output: 34 },
    },
    thoughts: {
      fixture: '../openai-chat-vendors/deepseek-reasoning',
      text: 'Nine.',
      thoughts: 'Three times three.',
      usage: { input: 14, cacheRead: 16, output: 8, reasoning: 12 },
    },
    sealed: {
      fixture: '../openai-chat-vendors/openrouter-reasoning',
      text: 'Let me look.',
      thoughts: 'Two tools are needed.',
      calls: [
        call('toolu_01A', 'get_weather', { city: 'Porto' }),
        call('toolu_01B', 'get_time', {}),
      ],
      seals: ['EqQBsig=='],
      usage: { input: 50, cacheRead: 40, cacheWrite5m: 30, output: 35, reasoning: 25 },
    },
    cache: {
      fixture: 'reasoning-and-cache',
      text: '42',
      usage: { input: 256, cacheRead: 2048, output: 1, reasoning: 192 },
    },
    structured: {
      fixture: 'structured',
      text: STRUCTURED_TEXT,
      usage: { input: 14, output: 7 },
    },
  },
  responses: {
    text: {
      fixture: 'text',
      text: 'Porto lies at the mouth of the Douro.',
      usage: { input: 14, output: 10 },
    },
    calls: {
      fixture: 'parallel-tool-calls',
      text: 'I look both up.',
      calls: [
        call('call_one', 'get_weather', { city: 'Porto' }),
        call('call_two', 'get_time', { zone: 'Europe/Lisbon' }),
      ],
      usage: { input: 88, output: 43 },
    },
    thoughts: {
      fixture: 'reasoning-and-cache',
      text: 'Take the bridge.',
      thoughts:
        '**Weighing the routes**\n\nThe train is slower.\n\n**Deciding**\n\nThe bridge it is.',
      usage: { input: 136, cacheRead: 2048, cacheWrite5m: 128, output: 20, reasoning: 128 },
    },
    sealed: {
      fixture: 'reasoning-with-call',
      text: '',
      calls: [call('call_think', 'get_weather', { city: 'Braga' })],
      seals: [RESPONSES_SEAL],
      usage: { input: 180, output: 32, reasoning: 64 },
    },
    cache: {
      fixture: 'reasoning-and-cache',
      text: 'Take the bridge.',
      usage: { input: 136, cacheRead: 2048, cacheWrite5m: 128, output: 20, reasoning: 128 },
    },
    structured: {
      fixture: 'structured',
      text: STRUCTURED_TEXT,
      usage: { input: 14, output: 10 },
    },
  },
  messages: {
    text: {
      fixture: 'text',
      text: 'Good things take time, and bread takes longer.',
      usage: { input: 21, output: 13 },
    },
    calls: {
      fixture: 'parallel-tool-calls',
      text: 'I ask for both cities.',
      calls: [
        call('toolu_oslo1', 'get_weather', { city: 'Oslo', unit: 'celsius' }),
        call('toolu_bergen1', 'get_weather', {
          city: 'Bergen',
          days: [1, 2],
          station: { id: 42, note: 'am Hafen "Süd"' },
        }),
      ],
      usage: { input: 402, output: 118 },
    },
    thoughts: {
      fixture: 'reasoning',
      text: 'The seven hens lay more.',
      thoughts: 'Seven hens lay in two days what three lay in five; so compare per hen.',
      usage: { input: 55, output: 25, reasoning: 71 },
    },
    sealed: {
      fixture: 'reasoning-with-tools',
      text: '',
      calls: [call('toolu_add1', 'add', { numbers: [2, 40] })],
      seals: ['EqQBCgIYAhIkb21pdHRlZC10aG91Z2h0cw==', 'EmwKAhgBEgxyZWRhY3RlZC1ibG9jaw=='],
      usage: { input: 377, output: 52, reasoning: 88 },
    },
    cache: {
      fixture: 'cache-usage',
      text: 'As the handbook says: no.',
      usage: { input: 12, cacheRead: 41000, cacheWrite5m: 300, cacheWrite1h: 2000, output: 9 },
    },
    structured: {
      fixture: 'structured',
      text: STRUCTURED_TEXT,
      usage: { input: 21, output: 13 },
    },
  },
  gemini: {
    text: {
      fixture: 'text',
      text: 'The tide turns at noon.',
      usage: { input: 9, output: 6 },
    },
    calls: {
      fixture: 'parallel-tool-calls',
      text: 'Looking that up.',
      calls: [
        call('fc_1', 'get_weather', { city: 'Porto' }),
        call('fc_2', 'get_time', { zone: 'Europe/Lisbon' }),
        call('fc_3', 'get_weather', { city: 'Faro' }),
      ],
      seals: ['EuIBCt8BsignatureOfTheStep=='],
      usage: { input: 83, output: 44, reasoning: 60 },
    },
    thoughts: {
      fixture: 'reasoning-and-cache',
      text: 'Leave before nine.',
      thoughts: '**Weighing tides**\n\nThe moon is full, so the springs are strong.',
      usage: { input: 162, cacheRead: 2048, output: 9, reasoning: 77 },
    },
    sealed: {
      fixture: 'tool-call',
      text: '',
      calls: [call('fc_8d1f', 'get_weather', { city: 'Porto', units: 'metric' })],
      seals: ['EjQKMgG+signatureOfTheCall=='],
      usage: { input: 58, output: 17, reasoning: 41 },
    },
    cache: {
      fixture: 'reasoning-and-cache',
      text: 'Leave before nine.',
      usage: { input: 162, cacheRead: 2048, output: 9, reasoning: 77 },
    },
    structured: {
      fixture: 'structured',
      text: STRUCTURED_TEXT,
      usage: { input: 9, output: 6 },
    },
  },
  converse: {
    text: {
      fixture: 'text',
      text: 'The harbour opens at six.',
      usage: { input: 14, output: 9 },
    },
    calls: {
      fixture: 'parallel-tool-calls',
      text: 'Both at once.',
      calls: [
        call('tooluse_Kx81hPzQTqmVn0aa1', 'get_weather', { city: 'Porto' }),
        call('tooluse_Zr52LwXcSbu9e4bb2', 'get_time', { zone: 'Europe/Lisbon' }),
      ],
      usage: { input: 412, output: 88 },
    },
    thoughts: {
      fixture: 'reasoning',
      text: 'Leave at four.',
      thoughts: 'Tides first. High water is at 04:10.',
      usage: { input: 39, output: 205 },
    },
    sealed: {
      fixture: 'reasoning',
      text: 'Leave at four.',
      thoughts: 'Tides first. High water is at 04:10.',
      seals: ['Eu4BCkgICxABGAIqQJ3mVhkq7c2v0Kq1ZbJ6yN9rT4wXs8pLd5oA=='],
      usage: { input: 39, output: 205 },
    },
    cache: {
      fixture: 'cache-usage',
      text: 'Cached.',
      usage: { input: 7, cacheRead: 1840, cacheWrite5m: 120, cacheWrite1h: 300, output: 31 },
    },
    structured: {
      fixture: 'structured',
      text: STRUCTURED_TEXT,
      usage: { input: 14, output: 9 },
    },
  },
};
