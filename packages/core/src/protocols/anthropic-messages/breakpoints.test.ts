import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message } from '../neutral/parts.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { cacheMinimumTokens, placeBreakpoints } from './index.ts';
import { PLAIN } from './request-world.ts';

const LONG = 'x'.repeat(4_000);

const options = { minimumTokens: 1000, estimate: (text: string) => text.length / 4 };

const say = (role: Message['role'], text: string): Message => ({
  role,
  parts: [{ type: 'text', text }],
});

/** Where a request has breakpoints: `tools`, or the index of a message. */
function breakpointsOf({ tools, messages }: NeutralRequest): unknown[] {
  const inTools = tools.some((tool) => 'cache' in tool) ? ['tools'] : [];
  const inMessages = messages.flatMap(({ parts }, index) =>
    parts.some((part) => 'cache' in part) ? [index] : [],
  );
  return [...inTools, ...inMessages];
}

const TOOLS: NeutralRequest['tools'] = [
  { type: 'function', name: 'f', description: LONG },
  { type: 'hosted', origin: 'chat', name: 'web_search', value: {} },
];

const TALK = [
  say('system', LONG),
  say('user', 'a'),
  say('assistant', 'b'),
  say('user', 'c'),
  say('assistant', 'd'),
  say('user', 'e'),
];

describe('breakpoints are set', () => {
  const rows: readonly (readonly [string, Partial<NeutralRequest>, unknown[]])[] = [
    [
      'behind tools, instructions and the last user turn but one',
      { tools: TOOLS, messages: TALK },
      ['tools', 0, 3],
    ],
    ['behind instructions alone', { messages: [say('system', LONG), say('user', 'a')] }, [0]],
    ['nowhere in a short prompt', { messages: [say('system', 'x'), ...TALK.slice(1)] }, []],
    [
      'only where the prefix is long enough',
      {
        messages: [say('system', 'x'), say('user', LONG), say('assistant', 'b'), say('user', 'c')],
      },
      [1],
    ],
    ['nowhere in a first question', { messages: [say('user', LONG)] }, []],
    [
      'behind several instructions once',
      { messages: [say('system', LONG), say('system', 'y'), say('user', 'a')] },
      [1],
    ],
    [
      'behind a picture that makes up for the text',
      {
        messages: [
          {
            role: 'user',
            parts: [{ type: 'image', source: { kind: 'url', url: 'https://x' } }],
          },
          say('assistant', 'b'),
          say('user', 'c'),
        ],
      },
      [0],
    ],
  ];
  for (const [name, request, expected] of rows) {
    test(name, () => {
      const placed = placeBreakpoints({ ...PLAIN, ...request }, options);
      assert.deepEqual(breakpointsOf(placed), expected);
    });
  }

  test('nowhere where the client set one', () => {
    const cached: Message = {
      role: 'user',
      parts: [{ type: 'text', text: 'a', cache: { ttl: '1h' } }],
    };
    const request = { ...PLAIN, tools: TOOLS, messages: [...TALK, say('assistant', 'x'), cached] };
    assert.equal(placeBreakpoints(request, options), request);
  });

  test('only for prefixes that are worth it', () => {
    const seen: string[] = [];
    const isWorthCaching = (prefix: string) => {
      seen.push(prefix);
      return seen.length === 2;
    };
    const request = { ...PLAIN, tools: TOOLS, messages: TALK };
    const placed = placeBreakpoints(request, { ...options, isWorthCaching });
    assert.deepEqual(breakpointsOf(placed), [0]);
    assert.equal(new Set(seen).size, 3);
  });

  test('on the last part that can carry one, and the request itself stays as it is', () => {
    const question: Message = {
      role: 'user',
      parts: [
        { type: 'text', text: LONG },
        { type: 'text', text: ' ' },
        { type: 'opaque', origin: 'chat', value: {} },
      ],
    };
    const request = { ...PLAIN, messages: [question, say('assistant', 'b'), say('user', 'c')] };
    const before = JSON.stringify(request);
    const [marked] = placeBreakpoints(request, options).messages;
    assert.deepEqual(marked?.parts[0], { type: 'text', text: LONG, cache: { ttl: '5m' } });
    assert.equal(JSON.stringify(request), before);
  });

  test('by prefixes in which media are told apart without their data', () => {
    const prefixes: string[] = [];
    const ask = (data: string) => {
      const picture = { kind: 'data' as const, data, mediaType: 'image/png' };
      const turn: Message = { role: 'user', parts: [{ type: 'image', source: picture }] };
      const messages = [turn, say('assistant', 'b'), say('user', 'c')];
      const isWorthCaching = (prefix: string) => prefixes.push(prefix) > 0;
      placeBreakpoints({ ...PLAIN, messages }, { ...options, isWorthCaching });
    };
    ask('A'.repeat(100_000));
    ask(`B${'A'.repeat(99_999)}`);
    assert.equal(new Set(prefixes).size, 2);
    assert.ok((prefixes[0]?.length ?? 0) < 1_000);
  });
});

test('the shortest cached prefix depends on the model', () => {
  const rows = [
    ['claude-3-haiku-20240307', 2048],
    ['claude-sonnet-4-0', 1024],
    ['claude-sonnet-4-6', 1024],
    ['claude-haiku-4-5', 4096],
    ['claude-opus-4-6', 4096],
    ['claude-opus-4-7', 2048],
    ['claude-opus-4-8', 1024],
    ['claude-opus-5', 512],
    ['claude-sonnet-5', 1024],
    ['claude-sonnet-5-5', 512],
    ['another-model', 1024],
  ] as const;
  for (const [model, tokens] of rows) assert.equal(cacheMinimumTokens(model), tokens, model);
});
