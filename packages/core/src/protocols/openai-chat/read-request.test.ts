import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { wrapSeal } from '../neutral/seal.ts';
import { decodeChat } from './decode.ts';
import { chatClient } from './index.ts';

const HI = [{ role: 'user', content: 'Hi' }];

function read(body: object): NeutralRequest {
  const call = decodeChat(Buffer.from(JSON.stringify({ model: 'm', messages: HI, ...body })));
  return chatClient.decodeRequest(call);
}

function partsOf(message: object) {
  return read({ messages: [message] }).messages[0]?.parts;
}

function refused(body: object): string | undefined {
  try {
    read(body);
  } catch (error) {
    if (isFailure(error)) return error.detail.param;
    throw error;
  }
  return undefined;
}

test('roles: developer is a system message, a name goes along', () => {
  const { messages } = read({
    messages: [
      { role: 'system', content: 'A' },
      { role: 'developer', content: 'B' },
      { role: 'user', content: 'C', name: 'Ann' },
      { role: 'assistant', content: 'D' },
    ],
  });
  assert.deepEqual(messages, [
    { role: 'system', parts: [{ type: 'text', text: 'A' }] },
    { role: 'system', isDeveloper: true, parts: [{ type: 'text', text: 'B' }] },
    { role: 'user', name: 'Ann', parts: [{ type: 'text', text: 'C' }] },
    { role: 'assistant', parts: [{ type: 'text', text: 'D' }] },
  ]);
});

test('content parts of every kind', () => {
  const content = [
    { type: 'text', text: 'T', cache_control: { type: 'ephemeral', ttl: '1h' } },
    { type: 'text', text: 'U', prompt_cache_breakpoint: { mode: 'explicit' } },
    { type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'low' } },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO' } },
    { type: 'input_audio', input_audio: { data: 'SUQz', format: 'mp3' } },
    { type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } },
    { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBE', filename: 'a.pdf' } },
    { type: 'file', file: { file_id: 'file-1' } },
    { type: 'hologram', hologram: 1 },
  ];
  assert.deepEqual(partsOf({ role: 'user', content }), [
    { type: 'text', text: 'T', cache: { ttl: '1h' } },
    { type: 'text', text: 'U', cache: { ttl: '5m' } },
    {
      type: 'image',
      source: { kind: 'url', url: 'https://example.org/a.png' },
      detail: 'low',
    },
    { type: 'image', source: { kind: 'data', data: 'iVBO', mediaType: 'image/png' } },
    { type: 'audio', source: { kind: 'data', data: 'SUQz', mediaType: 'audio/mpeg' } },
    { type: 'video', source: { kind: 'data', data: 'AAAA', mediaType: 'video/mp4' } },
    {
      type: 'file',
      source: { kind: 'data', data: 'JVBE', mediaType: 'application/pdf' },
      name: 'a.pdf',
    },
    { type: 'file', source: { kind: 'file', id: 'file-1', origin: 'chat' } },
    { type: 'opaque', origin: 'chat', value: { type: 'hologram', hologram: 1 } },
  ]);
});

test('results of calls made together are one turn, and know their tools', () => {
  const { messages } = read({
    messages: [
      ...HI,
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
          { id: 'b', type: 'custom', custom: { name: 'g', input: 'x' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'A' },
      { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'B' }] },
      { role: 'user', content: 'Go on' },
    ],
  });
  assert.deepEqual(messages.slice(1), [
    {
      role: 'assistant',
      parts: [
        { type: 'toolCall', id: 'a', name: 'f', arguments: '{}' },
        { type: 'toolCall', id: 'b', name: 'g', arguments: 'x', isCustom: true },
      ],
    },
    {
      role: 'user',
      parts: [
        { type: 'toolResult', callId: 'a', name: 'f', content: [{ type: 'text', text: 'A' }] },
        {
          type: 'toolResult',
          callId: 'b',
          name: 'g',
          content: [{ type: 'text', text: 'B' }],
          isCustom: true,
        },
      ],
    },
    { role: 'user', parts: [{ type: 'text', text: 'Go on' }] },
  ]);
});

test('a breakpoint in a result, or on its message, is one of the result', () => {
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
  const result = (fields: object) =>
    read({
      messages: [
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'a', ...fields },
      ],
    }).messages[1]?.parts[0];
  const control = { cache_control: { type: 'ephemeral' } };
  const expected = {
    type: 'toolResult',
    callId: 'a',
    name: 'f',
    content: [{ type: 'text', text: 'A' }],
    cache: { ttl: '5m' },
  };
  assert.deepEqual(result({ content: [{ type: 'text', text: 'A', ...control }] }), expected);
  assert.deepEqual(result({ content: 'A', ...control }), expected);
});

test('thoughts of earlier turns come back with the seals that we wrapped', () => {
  const sealed = wrapSeal({ origin: 'messages', data: 'sig' });
  const redacted = wrapSeal({ origin: 'messages', data: 'red', id: 'r1' });
  const parts = partsOf({
    role: 'assistant',
    content: 'Yes',
    reasoning_content: 'Hm.',
    reasoning_details: [
      { type: 'reasoning.text', text: 'H', index: 0 },
      { type: 'reasoning.text', text: 'm.', index: 0 },
      { type: 'reasoning.text', signature: sealed, index: 0 },
      { type: 'reasoning.encrypted', data: redacted, index: 2 },
    ],
    tool_calls: [
      {
        id: 'a',
        type: 'function',
        function: { name: 'f', arguments: '{}' },
        extra_content: {
          google: { thought_signature: wrapSeal({ origin: 'gemini', data: 'tg' }) },
        },
      },
    ],
  });
  assert.deepEqual(parts, [
    { type: 'reasoning', text: 'Hm.', seal: { origin: 'messages', data: 'sig' } },
    { type: 'text', text: 'Yes' },
    { type: 'reasoning', text: '', seal: { origin: 'messages', data: 'red', id: 'r1' } },
    {
      type: 'toolCall',
      id: 'a',
      name: 'f',
      arguments: '{}',
      seal: { origin: 'gemini', data: 'tg' },
    },
  ]);
});

test('plain thoughts are read from either field', () => {
  for (const field of ['reasoning_content', 'reasoning']) {
    assert.deepEqual(partsOf({ role: 'assistant', content: 'A', [field]: 'Hm.' }), [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'A' },
    ]);
  }
});

test('a refusal and a spoken answer of an earlier turn', () => {
  assert.deepEqual(partsOf({ role: 'assistant', refusal: 'No.', audio: { id: 'audio_1' } }), [
    { type: 'refusal', text: 'No.' },
    { type: 'audio', source: { kind: 'file', id: 'audio_1', origin: 'chat' }, id: 'audio_1' },
  ]);
});

test('sampling, form and length of the answer', () => {
  const schema = { type: 'object' };
  const { extras, messages, ...request } = read({
    temperature: 0.5,
    top_p: 0.9,
    top_k: 40,
    seed: 7,
    presence_penalty: 1,
    frequency_penalty: -1,
    stop: 'END',
    logit_bias: { 50256: -100 },
    logprobs: true,
    top_logprobs: 3,
    max_completion_tokens: 100,
    n: 2,
    response_format: { type: 'json_schema', json_schema: { name: 'r', schema, strict: true } },
    verbosity: 'low',
    parallel_tool_calls: false,
    modalities: ['text', 'audio'],
    audio: { voice: 'ash', format: 'mp3' },
    service_tier: 'flex',
    user: 'old',
    safety_identifier: 'new',
    metadata: { a: 'b' },
    prompt_cache_key: 'k',
    prompt_cache_retention: '24h',
    store: false,
  });
  assert.deepEqual([extras, messages.length], [[], 1]);
  assert.deepEqual(request, {
    tools: [],
    parallelToolCalls: false,
    output: { type: 'schema', name: 'r', schema, isStrict: true },
    sampling: {
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      presencePenalty: 1,
      frequencyPenalty: -1,
      topLogprobs: 3,
      stop: ['END'],
      logprobs: true,
      logitBias: { 50256: -100 },
    },
    choices: 2,
    isStream: false,
    modalities: ['text', 'audio'],
    audio: { voice: 'ash', format: 'mp3' },
    verbosity: 'low',
    serviceTier: 'flex',
    user: 'new',
    promptCacheKey: 'k',
    maxOutputTokens: 100,
    metadata: { a: 'b' },
  });
});

test('what only this wire knows is an extra', () => {
  const { extras } = read({
    store: true,
    prediction: { type: 'content', content: 'x' },
    min_p: 0.1,
    a: null,
  });
  assert.deepEqual(
    extras.map(({ origin, field }) => [origin, field]),
    [
      ['chat', 'store'],
      ['chat', 'prediction'],
      ['chat', 'min_p'],
    ],
  );
});

test('what cannot be understood is refused, naming the field', () => {
  const cases: [object, string][] = [
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
    [{ messages: [...HI, { role: 'user', content: [7] }] }, 'messages[1].content[0]'],
    [{ messages: [...HI, { role: 'tool', content: 'x' }] }, 'messages[1].tool_call_id'],
    [{ messages: [...HI, { role: 'function', content: 'x', name: 'f' }] }, 'messages[1].name'],
    [{ messages: [...HI, 'x'] }, 'messages[1]'],
    [{ tools: {} }, 'tools'],
    [{ tools: ['f'] }, 'tools[0]'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    [{ tool_choice: 'maybe' }, 'tool_choice'],
    [{ tool_choice: { type: 'function' } }, 'tool_choice'],
    [{ response_format: { type: 'xml' } }, 'response_format.type'],
    [{ temperature: 'hot' }, 'temperature'],
    [{ stop: [1] }, 'stop'],
  ];
  for (const [body, param] of cases) assert.equal(refused(body), param, JSON.stringify(body));
});
