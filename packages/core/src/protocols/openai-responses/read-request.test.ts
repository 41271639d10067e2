import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import type { Message, Part } from '../neutral/parts.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { decodeResponses } from './decode.ts';
import { responsesClient } from './index.ts';

function read(body: object): NeutralRequest {
  const bytes = Buffer.from(JSON.stringify({ model: 'm', input: 'Hi', ...body }));
  return responsesClient.decodeRequest(decodeResponses(bytes));
}

const messagesOf = (input: unknown): readonly Message[] => read({ input }).messages;
const partsOf = (content: unknown): readonly Part[] =>
  messagesOf([{ role: 'user', content }])[0]?.parts ?? [];
const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });

describe('the input', () => {
  test('is a text, or messages in the short and the long form', () => {
    assert.deepEqual(messagesOf('Hi'), [user('Hi')]);
    assert.deepEqual(messagesOf([{ role: 'user', content: 'Hi' }]), [user('Hi')]);
    const long = { type: 'message', role: 'user', status: 'completed', id: 'msg_1' };
    const content = [{ type: 'input_text', text: 'Hi' }];
    assert.deepEqual(messagesOf([{ ...long, content }]), [user('Hi')]);
  });

  test('may instruct as system and as developer, anywhere', () => {
    const input = [
      { role: 'developer', content: 'A' },
      { role: 'user', content: 'B' },
      { role: 'system', content: 'C' },
    ];
    assert.deepEqual(read({ input, instructions: 'Z' }).messages, [
      { role: 'system', parts: [{ type: 'text', text: 'Z' }] },
      { role: 'system', parts: [{ type: 'text', text: 'A' }], isDeveloper: true },
      user('B'),
      { role: 'system', parts: [{ type: 'text', text: 'C' }] },
    ]);
  });

  test('has one message per turn of the model, in the order of its items', () => {
    const messages = messagesOf([
      { role: 'user', content: 'Weather?' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }] },
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'I look.', annotations: [] }],
      },
      { type: 'function_call', id: 'fc_1', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'custom_tool_call', id: 'ctc_1', call_id: 'b', name: 'g', input: 'free' },
      { type: 'function_call_output', call_id: 'a', output: 'Rain' },
      {
        type: 'custom_tool_call_output',
        call_id: 'b',
        output: [
          { type: 'input_text', text: 'See' },
          { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'low' },
        ],
      },
      { role: 'user', content: 'And?' },
    ]);
    assert.deepEqual(messages, [
      user('Weather?'),
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm' },
          { type: 'text', text: 'I look.' },
          { type: 'toolCall', id: 'a', name: 'f', arguments: '{}' },
          { type: 'toolCall', id: 'b', name: 'g', arguments: 'free', isCustom: true },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            type: 'toolResult',
            callId: 'a',
            name: 'f',
            content: [{ type: 'text', text: 'Rain' }],
          },
          {
            type: 'toolResult',
            callId: 'b',
            name: 'g',
            content: [
              { type: 'text', text: 'See' },
              {
                type: 'image',
                source: { kind: 'url', url: 'https://example.com/a.png' },
                detail: 'low',
              },
            ],
            isCustom: true,
          },
        ],
      },
      user('And?'),
    ]);
  });

  test('takes images by URL, as data and by id', () => {
    assert.deepEqual(
      partsOf([
        { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'high' },
        { type: 'input_image', image_url: 'data:image/webp;base64,UklGR', detail: 'auto' },
        { type: 'input_image', file_id: 'file-1', detail: 'auto' },
      ]),
      [
        {
          type: 'image',
          source: { kind: 'url', url: 'https://example.com/a.png' },
          detail: 'high',
        },
        {
          type: 'image',
          source: { kind: 'data', data: 'UklGR', mediaType: 'image/webp' },
          detail: 'auto',
        },
        {
          type: 'image',
          source: { kind: 'file', id: 'file-1', origin: 'responses' },
          detail: 'auto',
        },
      ],
    );
  });

  test('takes files as data, by URL and by id, and audio as data', () => {
    assert.deepEqual(
      partsOf([
        { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' },
        { type: 'input_file', file_data: 'JVBE' },
        { type: 'input_file', file_url: 'https://example.com/a.pdf' },
        { type: 'input_file', file_id: 'file-1' },
        { type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } },
      ]),
      [
        {
          type: 'file',
          source: { kind: 'data', data: 'JVBE', mediaType: 'application/pdf' },
          name: 'a.pdf',
        },
        { type: 'file', source: { kind: 'data', data: 'JVBE', mediaType: 'application/pdf' } },
        { type: 'file', source: { kind: 'url', url: 'https://example.com/a.pdf' } },
        { type: 'file', source: { kind: 'file', id: 'file-1', origin: 'responses' } },
        { type: 'audio', source: { kind: 'data', data: 'UklG', mediaType: 'audio/wav' } },
      ],
    );
  });

  test('marks breakpoints of the cache', () => {
    const mark = { prompt_cache_breakpoint: { mode: 'explicit' } };
    assert.deepEqual(partsOf([{ type: 'input_text', text: 'Long', ...mark }]), [
      { type: 'text', text: 'Long', cache: { ttl: '5m' } },
    ]);
  });

  test('has refusals and citations of earlier answers', () => {
    const annotation = {
      type: 'url_citation',
      start_index: 0,
      end_index: 4,
      url: 'https://example.com',
      title: 'T',
    };
    const [message] = messagesOf([
      {
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'Tide', annotations: [annotation] },
          { type: 'refusal', refusal: 'No.' },
        ],
      },
    ]);
    assert.deepEqual(message?.parts, [
      {
        type: 'text',
        text: 'Tide',
        citations: [
          {
            kind: 'url',
            url: 'https://example.com',
            title: 'T',
            start: 0,
            end: 4,
            raw: { origin: 'responses', value: annotation },
          },
        ],
      },
      { type: 'refusal', text: 'No.' },
    ]);
  });

  test('keeps what only this vendor knows, on the side that it came from', () => {
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    const shell = { type: 'shell_call_output', call_id: 'c', output: [] };
    const reference = { type: 'item_reference', id: 'msg_9' };
    assert.deepEqual(messagesOf([search, reference, shell]), [
      {
        role: 'assistant',
        parts: [
          { type: 'opaque', origin: 'responses', value: search },
          { type: 'opaque', origin: 'responses', value: reference },
        ],
      },
      { role: 'user', parts: [{ type: 'opaque', origin: 'responses', value: shell }] },
    ]);
  });

  test('is refused naming the item that cannot be read', () => {
    const REFUSED: readonly (readonly [unknown, string])[] = [
      [['Hi'], 'input[0]'],
      [[{ role: 'robot', content: 'Hi' }], 'input[0].role'],
      [[{ type: 'message', content: 'Hi' }], 'input[0].role'],
      [
        [
          { role: 'user', content: 'Hi' },
          { type: 'function_call_output', output: 'x' },
        ],
        'input[1].call_id',
      ],
    ];
    for (const [input, param] of REFUSED) {
      assert.throws(
        () => messagesOf(input),
        (error) => isFailure(error) && error.detail.param === param,
        param,
      );
    }
  });
});

describe('what thoughts carry', () => {
  const item = (sealed: string, more: object = {}): object => ({
    type: 'reasoning',
    id: 'rs_1',
    summary: [],
    encrypted_content: sealed,
    ...more,
  });
  const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' };
  const partsAfter = (...items: object[]): readonly Part[] =>
    messagesOf(items).flatMap((message) => message.parts);

  test('a seal of this vendor has the id of its item', () => {
    assert.deepEqual(partsAfter(item('gAAA')), [
      { type: 'reasoning', text: '', seal: { origin: 'responses', data: 'gAAA', id: 'rs_1' } },
    ]);
  });

  test('a seal of another vendor is unwrapped', () => {
    const summary = [{ type: 'summary_text', text: 'Hm' }];
    assert.deepEqual(partsAfter(item('meridian:messages::sig:1', { summary })), [
      { type: 'reasoning', text: 'Hm', seal: { origin: 'messages', data: 'sig:1' } },
    ]);
  });

  test('a seal that rides along comes back to the call that it belongs to, wherever it stands', () => {
    const sealed = { ...neutralCall, seal: { origin: 'gemini', data: 'abc' } };
    assert.deepEqual(partsAfter(call, item('meridian:gemini:%40call%3Ac1:abc')), [sealed]);
    assert.deepEqual(partsAfter(item('meridian:gemini:%40call%3Ac1:abc'), call), [sealed]);
  });

  test('a part of another vendor that rides along is that part again', () => {
    const value = JSON.stringify({ type: 'server_tool_use', id: 's' });
    assert.deepEqual(partsAfter(item(`meridian:messages:%40opaque:${value}`)), [
      { type: 'opaque', origin: 'messages', value: { type: 'server_tool_use', id: 's' } },
    ]);
  });

  test('a summary in several parts is one text; thoughts in full count where there is none', () => {
    const summary = [{ text: 'A' }, { text: 'B' }];
    assert.deepEqual(partsAfter({ type: 'reasoning', summary }), [
      { type: 'reasoning', text: 'A\n\nB' },
    ]);
    const content = [{ type: 'reasoning_text', text: 'C' }];
    assert.deepEqual(partsAfter({ type: 'reasoning', summary: [], content }), [
      { type: 'reasoning', text: 'C' },
    ]);
    assert.deepEqual(partsAfter({ type: 'reasoning', id: 'rs_1', summary: [] }), []);
  });

  const neutralCall = { type: 'toolCall', id: 'c1', name: 'f', arguments: '{}' };
});

describe('tools', () => {
  test('are functions, free-text tools, and those that the vendor runs', () => {
    const search = { type: 'web_search_preview', search_context_size: 'low' };
    const files = { type: 'file_search', vector_store_ids: ['vs_1'] };
    const parameters = { type: 'object', properties: {} };
    const format = { type: 'grammar', syntax: 'lark', definition: 'start: "a"' };
    const { tools } = read({
      tools: [
        { type: 'function', name: 'f', description: 'F', parameters, strict: true },
        { type: 'function', name: 'g', parameters: null, strict: null },
        { type: 'custom', name: 'h', description: 'H', format },
        search,
        files,
      ],
    });
    assert.deepEqual(tools, [
      { type: 'function', name: 'f', description: 'F', parameters, isStrict: true },
      { type: 'function', name: 'g' },
      { type: 'custom', name: 'h', description: 'H', format },
      { type: 'hosted', origin: 'responses', name: 'web_search', value: search },
      { type: 'hosted', origin: 'responses', name: 'file_search', value: files },
    ]);
  });

  const CHOICES: readonly (readonly [unknown, unknown])[] = [
    ['auto', { mode: 'auto' }],
    ['none', { mode: 'none' }],
    ['required', { mode: 'required' }],
    [
      { type: 'function', name: 'f' },
      { mode: 'tool', name: 'f' },
    ],
    [
      { type: 'custom', name: 'h' },
      { mode: 'tool', name: 'h' },
    ],
    [{ type: 'web_search_preview' }, { mode: 'tool', name: 'web_search' }],
    [
      { type: 'mcp', server_label: 'deepwiki' },
      { mode: 'tool', name: 'mcp' },
    ],
    [
      {
        type: 'allowed_tools',
        mode: 'required',
        tools: [{ type: 'function', name: 'f' }, { type: 'file_search' }],
      },
      { mode: 'allowed', names: ['f', 'file_search'], isRequired: true },
    ],
    [null, undefined],
  ];
  for (const [choice, expected] of CHOICES) {
    test(`the choice ${JSON.stringify(choice)}`, () => {
      assert.deepEqual(read({ tool_choice: choice }).toolChoice, expected);
    });
  }
});

describe('settings', () => {
  test('of every kind', () => {
    const request = read({
      parallel_tool_calls: false,
      text: { format: { type: 'json_object' }, verbosity: 'high' },
      reasoning: { effort: 'xhigh', generate_summary: 'concise' },
      include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
      max_output_tokens: 77,
      temperature: 0,
      top_p: 0.9,
      top_logprobs: 4,
      service_tier: 'priority',
      metadata: { a: 'b' },
      safety_identifier: 's',
      prompt_cache_key: 'k',
      stream: true,
    });
    assert.deepEqual(request, {
      messages: [user('Hi')],
      tools: [],
      parallelToolCalls: false,
      output: { type: 'json' },
      verbosity: 'high',
      reasoning: { effort: 'xhigh', isShown: true, summary: 'concise' },
      sampling: { temperature: 0, topP: 0.9, logprobs: true, topLogprobs: 4 },
      maxOutputTokens: 77,
      choices: 1,
      isStream: true,
      serviceTier: 'priority',
      user: 's',
      metadata: { a: 'b' },
      promptCacheKey: 'k',
      extras: [],
    });
  });

  test('of structured output', () => {
    const schema = { type: 'object', properties: {} };
    const format = { type: 'json_schema', name: 'n', description: 'd', schema, strict: true };
    assert.deepEqual(read({ text: { format } }).output, {
      type: 'schema',
      name: 'n',
      description: 'd',
      schema,
      isStrict: true,
    });
    assert.throws(
      () => read({ text: { format: { type: 'json_schema', name: 'n' } } }),
      (error) => isFailure(error) && error.detail.param === 'text.format.schema',
    );
  });

  test('that the gateway obeys itself, hints and defaults ask nothing of an upstream', () => {
    const { extras } = read({
      store: true,
      background: true,
      previous_response_id: 'resp_1',
      stream_options: { include_obfuscation: false },
      prompt_cache_retention: '24h',
      prompt_cache_options: { mode: 'implicit' },
      truncation: 'disabled',
      context_management: [],
      max_tool_calls: 3,
      conversation: null,
      reasoning: { effort: 'low', context: 'auto', mode: 'standard' },
    });
    assert.deepEqual(extras, []);
  });

  test('that only this vendor has are told by their names', () => {
    const { extras } = read({
      truncation: 'auto',
      conversation: 'conv_1',
      prompt: { id: 'pmpt_1' },
      context_management: [{ type: 'compaction' }],
      moderation: { model: 'omni' },
      max_tool_calls: 3,
      tools: [{ type: 'web_search' }],
      reasoning: { mode: 'pro', context: 'all_turns' },
      unheard_of: 1,
    });
    assert.deepEqual(extras.map(({ field }) => field).sort(), [
      'context_management',
      'conversation',
      'max_tool_calls',
      'moderation',
      'prompt',
      'reasoning.context',
      'reasoning.mode',
      'truncation',
      'unheard_of',
    ]);
    assert.ok(extras.every(({ origin }) => origin === 'responses'));
  });
});
