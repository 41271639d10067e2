import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NeutralRequest } from '../neutral/request.ts';
import { decodeChat } from './decode.ts';
import { chatClient } from './index.ts';

const HI = [{ role: 'user', content: 'Hi' }];

function read(body: object): NeutralRequest {
  const call = decodeChat(Buffer.from(JSON.stringify({ model: 'm', messages: HI, ...body })));
  return chatClient.decodeRequest(call);
}

test('the deprecated form of functions is understood in full', () => {
  const request = read({
    functions: [{ name: 'f', parameters: { type: 'object' } }],
    function_call: { name: 'f' },
    messages: [
      ...HI,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'Done' },
    ],
  });
  assert.deepEqual(request.tools, [
    { type: 'function', name: 'f', parameters: { type: 'object' } },
  ]);
  assert.deepEqual(request.toolChoice, { mode: 'tool', name: 'f' });
  assert.equal(request.parallelToolCalls, false);
  assert.deepEqual(
    request.messages.slice(1).map(({ parts }) => parts[0]),
    [
      { type: 'toolCall', id: 'call_1', name: 'f', arguments: '{}' },
      {
        type: 'toolResult',
        callId: 'call_1',
        name: 'f',
        content: [{ type: 'text', text: 'Done' }],
      },
    ],
  );
});

test('tools: functions, custom ones, hosted ones, and the search', () => {
  const { tools } = read({
    tools: [
      {
        type: 'function',
        function: { name: 'f', description: 'F', parameters: { type: 'object' }, strict: true },
        cache_control: { type: 'ephemeral' },
      },
      { type: 'custom', custom: { name: 'g', format: { type: 'text' } } },
      { type: 'web_search_preview' },
    ],
    web_search_options: { search_context_size: 'low' },
  });
  assert.deepEqual(tools, [
    {
      type: 'function',
      name: 'f',
      description: 'F',
      parameters: { type: 'object' },
      isStrict: true,
      cache: { ttl: '5m' },
    },
    { type: 'custom', name: 'g', format: { type: 'text' } },
    {
      type: 'hosted',
      origin: 'chat',
      name: 'web_search',
      value: { type: 'web_search_preview' },
    },
    {
      type: 'hosted',
      origin: 'chat',
      name: 'web_search',
      value: { web_search_options: { search_context_size: 'low' } },
    },
  ]);
});

test('the choice of a tool in every form', () => {
  const named = (name: string) => ({ type: 'function', function: { name } });
  const forms: [unknown, unknown][] = [
    ['auto', { mode: 'auto' }],
    ['none', { mode: 'none' }],
    ['required', { mode: 'required' }],
    ['any', { mode: 'required' }],
    [named('f'), { mode: 'tool', name: 'f' }],
    [
      { type: 'custom', custom: { name: 'g' } },
      { mode: 'tool', name: 'g' },
    ],
    [
      { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [named('f')] } },
      { mode: 'allowed', names: ['f'], isRequired: true },
    ],
    [null, undefined],
  ];
  for (const [form, choice] of forms)
    assert.deepEqual(read({ tool_choice: form }).toolChoice, choice);
});

test('the wish to think in the form of every vendor', () => {
  const forms: [object, unknown][] = [
    [{ reasoning_effort: 'high' }, { effort: 'high' }],
    [{ reasoning_effort: null }, undefined],
    [{ reasoning: { effort: 'low', exclude: true } }, { effort: 'low', isShown: false }],
    [{ reasoning: { max_tokens: 2_000 } }, { budget: 2_000 }],
    [{ reasoning: { enabled: true } }, { isAdaptive: true }],
    [{ reasoning: { enabled: false } }, { budget: 0 }],
    [{ thinking: { type: 'enabled', budget_tokens: 4_096 } }, { budget: 4_096 }],
    [{ thinking: { type: 'enabled' } }, { isAdaptive: true }],
    [{ thinking: { type: 'disabled' } }, { budget: 0 }],
    [{ enable_thinking: true, thinking_budget: 50 }, { budget: 50 }],
    [{ enable_thinking: false, thinking_budget: 50 }, { budget: 0 }],
    [{ chat_template_kwargs: { enable_thinking: false } }, { budget: 0 }],
  ];
  for (const [form, wish] of forms) {
    const { reasoning, extras } = read(form);
    assert.deepEqual(reasoning, wish, JSON.stringify(form));
    assert.deepEqual(extras, []);
  }
});
