import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chatCompletionRequest } from './request.ts';

const user = { role: 'user', content: 'Hi' };
const request = (fields: object) => ({ model: 'm', messages: [user], ...fields });

describe('the chat request', () => {
  it('accepts what OpenAI’s clients send, and fields that nobody knows', () => {
    const accepted = [
      {},
      { temperature: null, stop: null, n: 2, seed: 7, logit_bias: { '50256': -100 } },
      { messages: [{ role: 'developer', content: 'Be short.' }, user] },
      { messages: [{ ...user, content: [{ type: 'text', text: 'a', cache_control: {} }] }] },
      { messages: [{ ...user, content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }] },
      { messages: [{ ...user, content: [{ type: 'video_url', video_url: { url: 'x' } }] }] },
      {
        messages: [
          user,
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: 'done' },
        ],
      },
      {
        tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
        tool_choice: { type: 'function', function: { name: 'f' } },
        parallel_tool_calls: false,
      },
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'n', schema: { type: 'object' }, strict: true },
        },
      },
      { stream: true, stream_options: { include_usage: true } },
      { stop: ['a', 'b', 'c', 'd'], logprobs: true, top_logprobs: 20 },
      { reasoning_effort: 'xhigh', verbosity: 'low', service_tier: 'flex', future_field: [1] },
    ];
    for (const fields of accepted) {
      const result = chatCompletionRequest.safeParse(request(fields));
      assert.ok(result.success, `${JSON.stringify(fields)}: ${result.error?.message}`);
    }
  });

  it('keeps fields that it does not know', () => {
    const parsed = chatCompletionRequest.parse(request({ future_field: { a: 1 } }));
    assert.deepEqual(parsed.future_field, { a: 1 });
  });

  it('refuses what no provider could answer', () => {
    const refused = [
      { model: '' },
      { model: 5 },
      { messages: [] },
      { messages: 'Hi' },
      { messages: [{ role: 'wizard', content: 'Hi' }] },
      { messages: [{ role: 'user', content: [] }] },
      { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      { messages: [{ role: 'tool', content: 'done' }] },
      { temperature: 2.1 },
      { top_p: -0.1 },
      { n: 0 },
      { n: 1.5 },
      { max_tokens: 0 },
      { max_completion_tokens: -1 },
      { stop: ['a', 'b', 'c', 'd', 'e'] },
      { top_logprobs: 21 },
      { stream: 'yes' },
      { tools: [{ type: 'function' }] },
      { response_format: { type: 'xml' } },
    ];
    for (const fields of refused) {
      assert.ok(!chatCompletionRequest.safeParse(request(fields)).success, JSON.stringify(fields));
    }
  });
});
