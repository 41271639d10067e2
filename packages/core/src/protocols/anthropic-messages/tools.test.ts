import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NeutralRequest, Tool, ToolChoice } from '../neutral/request.ts';
import { PLAIN, written } from './request-world.ts';

const NEW = 'claude-opus-5';
const OLD = 'claude-3-5-sonnet-20241022';
const UNFORCED = 'claude-opus-5-5';

const STRICT = {
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
};

const F: Tool = { type: 'function', name: 'f', parameters: STRICT };
const G: Tool = { type: 'function', name: 'g', parameters: STRICT };

function lost(request: Partial<NeutralRequest>, model = NEW): unknown[] {
  const { losses } = written(request, model);
  return losses.map((loss) => ('ability' in loss ? loss.ability : loss));
}

describe('a tool becomes a definition', () => {
  const rows: readonly (readonly [Tool, string, object])[] = [
    [
      { type: 'function', name: 'f' },
      NEW,
      { name: 'f', input_schema: { type: 'object', properties: {} } },
    ],
    [
      { type: 'function', name: 'f', description: 'd', parameters: STRICT, cache: { ttl: '1h' } },
      NEW,
      {
        name: 'f',
        description: 'd',
        input_schema: STRICT,
        cache_control: { type: 'ephemeral', ttl: '1h' },
      },
    ],
    [
      { type: 'function', name: 'f', parameters: { properties: { a: {} } } },
      NEW,
      { name: 'f', input_schema: { type: 'object', properties: { a: {} } } },
    ],
    [{ ...F, isStrict: true } as Tool, NEW, { name: 'f', input_schema: STRICT, strict: true }],
    [{ ...F, isStrict: true } as Tool, OLD, { name: 'f', input_schema: STRICT }],
    [
      {
        type: 'function',
        name: 'f',
        parameters: {
          type: 'object',
          properties: { a: { type: 'number', minimum: 1 } },
          required: ['a'],
        },
        isStrict: true,
      },
      NEW,
      {
        name: 'f',
        input_schema: {
          type: 'object',
          properties: { a: { type: 'number', description: '{minimum: 1}' } },
          required: ['a'],
          additionalProperties: false,
        },
        strict: true,
      },
    ],
    [
      { type: 'function', name: 'f', parameters: { type: 'object' }, isStrict: true },
      NEW,
      { name: 'f', input_schema: { type: 'object' } },
    ],
    [
      {
        type: 'hosted',
        origin: 'messages',
        name: 'bash',
        value: { type: 'bash_20250124', name: 'bash' },
      },
      NEW,
      { type: 'bash_20250124', name: 'bash' },
    ],
    [
      { type: 'hosted', origin: 'gemini', name: 'web_search', value: { googleSearch: {} } },
      NEW,
      { type: 'web_search_20250305', name: 'web_search' },
    ],
    [
      {
        type: 'hosted',
        origin: 'responses',
        name: 'web_search',
        value: {
          type: 'web_search',
          filters: { allowed_domains: ['example.com'] },
          user_location: { type: 'approximate', city: 'Oslo' },
          search_context_size: 'low',
        },
      },
      NEW,
      {
        type: 'web_search_20250305',
        name: 'web_search',
        allowed_domains: ['example.com'],
        user_location: { type: 'approximate', city: 'Oslo' },
      },
    ],
    [
      {
        type: 'hosted',
        origin: 'chat',
        name: 'web_search',
        value: { user_location: { type: 'approximate', approximate: { country: 'NO' } } },
      },
      NEW,
      {
        type: 'web_search_20250305',
        name: 'web_search',
        user_location: { type: 'approximate', country: 'NO' },
      },
    ],
  ];
  for (const [tool, model, definition] of rows) {
    test(`${model} ${JSON.stringify(tool).slice(0, 80)}`, () => {
      const { body, losses } = written({ tools: [tool] }, model);
      assert.deepEqual(body.tools, [definition]);
      assert.deepEqual(losses, []);
    });
  }

  test('or a loss where there is none like it', () => {
    const shell: Tool = { type: 'hosted', origin: 'responses', name: 'shell', value: {} };
    assert.deepEqual(lost({ tools: [shell] }), ['hostedTools']);
    assert.deepEqual(lost({ tools: [{ type: 'custom', name: 'c' }, F] }), ['customTools']);
  });
});

describe('the choice among tools', () => {
  const rows: readonly (readonly [
    ToolChoice | undefined,
    boolean | undefined,
    object | undefined,
  ])[] = [
    [undefined, undefined, undefined],
    [undefined, true, undefined],
    [undefined, false, { type: 'auto', disable_parallel_tool_use: true }],
    [{ mode: 'auto' }, undefined, { type: 'auto' }],
    [{ mode: 'none' }, undefined, { type: 'none' }],
    [{ mode: 'none' }, false, { type: 'none' }],
    [{ mode: 'required' }, undefined, { type: 'any' }],
    [{ mode: 'required' }, false, { type: 'any', disable_parallel_tool_use: true }],
    [{ mode: 'tool', name: 'g' }, undefined, { type: 'tool', name: 'g' }],
  ];
  for (const [toolChoice, parallelToolCalls, expected] of rows) {
    test(`${JSON.stringify(toolChoice)} ${parallelToolCalls}`, () => {
      const wish = {
        ...(toolChoice ? { toolChoice } : {}),
        ...(parallelToolCalls === undefined ? {} : { parallelToolCalls }),
      };
      const { body, losses } = written({ tools: [F, G], ...wish }, NEW);
      assert.deepEqual(body.tool_choice, expected);
      assert.deepEqual(losses, []);
    });
  }

  for (const isRequired of [true, false]) {
    test(`of some is the choice among those only, required: ${isRequired}`, () => {
      const toolChoice = { mode: 'allowed', names: ['g'], isRequired } as const;
      const { body, losses } = written({ tools: [F, G], toolChoice }, NEW);
      assert.deepEqual(
        (body.tools as { name: string }[]).map(({ name }) => name),
        ['g'],
      );
      assert.deepEqual(body.tool_choice, { type: isRequired ? 'any' : 'auto' });
      assert.deepEqual(losses, []);
    });
  }

  test('cannot be forced on every model', () => {
    for (const toolChoice of [{ mode: 'required' }, { mode: 'tool', name: 'f' }] as const) {
      assert.deepEqual(lost({ tools: [F], toolChoice }, UNFORCED), ['toolChoice']);
      assert.equal(written({ tools: [F], toolChoice }, UNFORCED).body.tool_choice, undefined);
      assert.deepEqual(lost({ tools: [F], toolChoice }, 'claude-haiku-5-5'), []);
    }
  });

  test('is left out where there are no tools', () => {
    const { body } = written({ toolChoice: { mode: 'auto' }, parallelToolCalls: false }, NEW);
    assert.equal(body.tool_choice, undefined);
    assert.deepEqual(lost({ toolChoice: { mode: 'required' } }), ['toolChoice']);
  });
});

test('calls of former turns have their tools defined, but not to be called', () => {
  const messages: NeutralRequest['messages'] = [
    ...PLAIN.messages,
    { role: 'assistant', parts: [{ type: 'toolCall', id: 'c', name: 'f', arguments: '{}' }] },
    { role: 'user', parts: [{ type: 'toolResult', callId: 'c', name: 'f', content: [] }] },
  ];
  const { body, losses } = written({ messages }, NEW);
  assert.deepEqual(body.tools, [{ name: 'f', input_schema: { type: 'object' } }]);
  assert.deepEqual(body.tool_choice, { type: 'none' });
  assert.deepEqual(losses, []);
});
