import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { read } from './request-world.ts';

const USER = { role: 'user', content: 'Hi' };
const BASE = { model: 'm', max_tokens: 100, messages: [USER] };

describe('a field of the body becomes a field of the request', () => {
  const rows: readonly (readonly [object, Partial<NeutralRequest>])[] = [
    [
      {},
      { choices: 1, isStream: false, maxOutputTokens: 100, tools: [], sampling: {}, extras: [] },
    ],
    [{ stream: true }, { isStream: true }],
    [{ max_tokens: 0 }, { maxOutputTokens: 0 }],
    [
      { temperature: 0.5, top_p: 0.9, top_k: 3 },
      { sampling: { temperature: 0.5, topP: 0.9, topK: 3 } },
    ],
    [{ temperature: null }, { sampling: {} }],
    [{ stop_sequences: ['a', 'b'] }, { sampling: { stop: ['a', 'b'] } }],
    [{ stop_sequences: [] }, { sampling: {} }],
    [{ metadata: { user_id: 'u' } }, { user: 'u' }],
    [{ metadata: {} }, { user: undefined as never }],
    [{ service_tier: 'auto' }, { serviceTier: 'auto' }],
    [{ service_tier: 'standard_only' }, { serviceTier: 'default' }],
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, { reasoning: { budget: 2000 } }],
    [
      { thinking: { type: 'enabled', budget_tokens: 2000, display: 'omitted' } },
      { reasoning: { budget: 2000, isShown: false } },
    ],
    [
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'max' } },
      { reasoning: { isAdaptive: true, isShown: true, effort: 'max' } },
    ],
    [{ thinking: { type: 'disabled' } }, { reasoning: { budget: 0 } }],
    [{ thinking: { type: 'between_tools' } }, { reasoning: { budget: 0 } }],
    [{ output_config: { effort: 'low' } }, { reasoning: { effort: 'low' } }],
    [{ thinking: null, output_config: null }, { reasoning: undefined as never }],
    [{ tool_choice: { type: 'auto' } }, { toolChoice: { mode: 'auto' } }],
    [{ tool_choice: { type: 'any' } }, { toolChoice: { mode: 'required' } }],
    [{ tool_choice: { type: 'none' } }, { toolChoice: { mode: 'none' } }],
    [{ tool_choice: { type: 'tool', name: 'f' } }, { toolChoice: { mode: 'tool', name: 'f' } }],
    [
      { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      { toolChoice: { mode: 'auto' }, parallelToolCalls: false },
    ],
    [{ diagnostics: { previous_message_id: null }, speed: 'standard' }, { extras: [] }],
  ];
  for (const [body, expected] of rows) {
    test(JSON.stringify(body), () => {
      const request = read({ ...BASE, ...body });
      for (const [field, value] of Object.entries(expected)) {
        assert.deepEqual(request[field as keyof NeutralRequest], value, field);
      }
    });
  }

  for (const body of [
    { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
    { output_format: { type: 'json_schema', schema: { type: 'object' } } },
  ]) {
    test(`a schema in ${Object.keys(body)[0]}`, () => {
      const output = { type: 'schema', name: 'output', schema: { type: 'object' }, isStrict: true };
      assert.deepEqual(read({ ...BASE, ...body }).output, output);
    });
  }

  test('what only this wire knows is an extra by its path', () => {
    const { extras } = read({
      ...BASE,
      container: 'c1',
      context_management: { edits: [] },
      mcp_servers: [{ type: 'url', name: 'n', url: 'https://x' }],
      speed: 'fast',
      inference_geo: null,
      output_config: { effort: 'low', task_budget: { type: 'tokens', total: 9 } },
    });
    assert.deepEqual(
      extras.map(({ origin, field }) => `${origin} ${field}`),
      [
        'messages container',
        'messages context_management',
        'messages mcp_servers',
        'messages speed',
        'messages output_config.task_budget',
      ],
    );
  });
});

describe('instructions', () => {
  test('are a message of their own before the others', () => {
    const { messages } = read({ ...BASE, system: 'Be brief.' });
    assert.deepEqual(messages[0], {
      role: 'system',
      parts: [{ type: 'text', text: 'Be brief.' }],
    });
  });

  test('may be several blocks with a breakpoint', () => {
    const cached = { type: 'text', text: 'b', cache_control: { type: 'ephemeral', ttl: '1h' } };
    const { messages } = read({ ...BASE, system: [{ type: 'text', text: 'a' }, cached] });
    assert.deepEqual(messages[0]?.parts, [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b', cache: { ttl: '1h' } },
    ]);
  });

  test('may stand between the turns', () => {
    const middle = { role: 'system', content: 'Now in French.' };
    const { messages } = read({ ...BASE, messages: [USER, middle] });
    assert.deepEqual(messages[1], {
      role: 'system',
      parts: [{ type: 'text', text: 'Now in French.' }],
    });
  });

  for (const system of ['', null, []]) {
    test(`are none for ${JSON.stringify(system)}`, () => {
      assert.equal(read({ ...BASE, system }).messages.length, 1);
    });
  }
});

describe('tools', () => {
  test('of the client are functions, all others are hosted', () => {
    const schema = { type: 'object', properties: {} };
    const search = { type: 'web_search_20260318', name: 'web_search', max_uses: 2 };
    const computer = { type: 'computer_toolset_20260801' };
    const { tools } = read({
      ...BASE,
      tools: [
        { name: 'f', description: 'd', input_schema: schema, strict: true },
        { type: 'custom', name: 'g', input_schema: schema, cache_control: { type: 'ephemeral' } },
        search,
        { type: 'bash_20250124', name: 'bash' },
        computer,
      ],
    });
    assert.deepEqual(tools, [
      { type: 'function', name: 'f', description: 'd', parameters: schema, isStrict: true },
      { type: 'function', name: 'g', parameters: schema, cache: { ttl: '5m' } },
      { type: 'hosted', origin: 'messages', name: 'web_search', value: search },
      {
        type: 'hosted',
        origin: 'messages',
        name: 'bash',
        value: { type: 'bash_20250124', name: 'bash' },
      },
      { type: 'hosted', origin: 'messages', name: 'computer_toolset_20260801', value: computer },
    ]);
  });
});

describe('a breakpoint for the whole request', () => {
  test('stands behind its last block', () => {
    const { messages, extras } = read({ ...BASE, cache_control: { type: 'ephemeral', ttl: '1h' } });
    assert.deepEqual(messages[0]?.parts, [{ type: 'text', text: 'Hi', cache: { ttl: '1h' } }]);
    assert.deepEqual(extras, []);
  });

  test('leaves one that is there', () => {
    const content = [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral', ttl: '1h' } }];
    const { messages } = read({
      ...BASE,
      messages: [{ role: 'user', content }],
      cache_control: { type: 'ephemeral' },
    });
    assert.deepEqual(messages[0]?.parts, [{ type: 'text', text: 'Hi', cache: { ttl: '1h' } }]);
  });
});

describe('a malformed request is refused naming the field', () => {
  const block = (value: unknown) => ({ messages: [{ role: 'user', content: [value] }] });
  const rows: readonly (readonly [object, string])[] = [
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'user' }] }, 'messages.0.content'],
    [{ messages: [USER, { role: 'user', content: 7 }] }, 'messages.1.content'],
    [block('x'), 'messages.0.content.0.type'],
    [block({}), 'messages.0.content.0.type'],
    [block({ type: 'text' }), 'messages.0.content.0.text'],
    [block({ type: 'image' }), 'messages.0.content.0.source'],
    [block({ type: 'image', source: { type: 'post' } }), 'messages.0.content.0.source.type'],
    [
      block({ type: 'image', source: { type: 'base64', data: 'x' } }),
      'messages.0.content.0.source.media_type',
    ],
    [block({ type: 'document', source: { type: 'text' } }), 'messages.0.content.0.source.data'],
    [block({ type: 'tool_use', name: 'f', input: {} }), 'messages.0.content.0.id'],
    [block({ type: 'tool_use', id: 'c', name: 'f', input: 'x' }), 'messages.0.content.0.input'],
    [block({ type: 'tool_result' }), 'messages.0.content.0.tool_use_id'],
    [block({ type: 'tool_result', tool_use_id: 'c', content: 7 }), 'messages.0.content.0.content'],
    [block({ type: 'redacted_thinking' }), 'messages.0.content.0.data'],
    [{ system: 7 }, 'system'],
    [{ system: ['x'] }, 'system.0.type'],
    [{ tools: {} }, 'tools'],
    [{ tools: ['f'] }, 'tools.0'],
    [{ tools: [{ name: 'f' }] }, 'tools.0.input_schema'],
    [{ tools: [{ input_schema: {} }] }, 'tools.0.name'],
    [{ tool_choice: 'auto' }, 'tool_choice'],
    [{ tool_choice: { type: 'best' } }, 'tool_choice.type'],
    [{ tool_choice: { type: 'tool' } }, 'tool_choice.name'],
    [{ thinking: { type: 'deep' } }, 'thinking.type'],
    [{ thinking: { type: 'enabled' } }, 'thinking.budget_tokens'],
    [{ output_config: { effort: 'huge' } }, 'output_config.effort'],
    [{ output_config: { format: { type: 'xml' } } }, 'output_config.format'],
    [{ temperature: '1' }, 'temperature'],
    [{ stop_sequences: 'x' }, 'stop_sequences'],
    [{ stop_sequences: [1] }, 'stop_sequences.0'],
  ];
  for (const [body, param] of rows) {
    test(`${param}: ${JSON.stringify(body).slice(0, 60)}`, () => {
      assert.throws(
        () => read({ ...BASE, ...body }),
        (error) => isFailure(error) && error.detail.param === param,
      );
    });
  }
});
