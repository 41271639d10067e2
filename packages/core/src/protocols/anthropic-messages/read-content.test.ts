import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Part } from '../neutral/parts.ts';
import { decodeMessages } from './decode.ts';
import { messagesClient } from './index.ts';
import { read } from './request-world.ts';

const USER = { role: 'user', content: 'Hi' };
const BASE = { model: 'm', max_tokens: 100, messages: [USER] };

function partsOf(...content: readonly object[]): readonly Part[] {
  return read({ ...BASE, messages: [{ role: 'user', content }] }).messages[0]?.parts ?? [];
}

describe('a content block becomes a part', () => {
  const rows: readonly (readonly [object, Part | readonly Part[]])[] = [
    [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'a' },
    ],
    [
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'a', cache: { ttl: '5m' } },
    ],
    [
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'QQ==' } },
      { type: 'image', source: { kind: 'data', data: 'QQ==', mediaType: 'image/png' } },
    ],
    [
      { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
      { type: 'image', source: { kind: 'url', url: 'https://x/y.png' } },
    ],
    [
      { type: 'image', source: { type: 'file', file_id: 'f1' } },
      { type: 'image', source: { kind: 'file', id: 'f1', origin: 'messages' } },
    ],
    [
      {
        type: 'document',
        title: 'Lease',
        citations: { enabled: true },
        source: { type: 'base64', media_type: 'application/pdf', data: 'QQ==' },
      },
      {
        type: 'file',
        source: { kind: 'data', data: 'QQ==', mediaType: 'application/pdf' },
        name: 'Lease',
        wantsCitations: true,
      },
    ],
    [
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' } },
      {
        type: 'file',
        source: { kind: 'data', data: 'R3LDvMOfZQ==', mediaType: 'text/plain' },
      },
    ],
    [
      { type: 'document', source: { type: 'url', url: 'https://x/y.pdf' }, title: null },
      { type: 'file', source: { kind: 'url', url: 'https://x/y.pdf' } },
    ],
    [
      { type: 'document', source: { type: 'file', file_id: 'f2' } },
      { type: 'file', source: { kind: 'file', id: 'f2', origin: 'messages' } },
    ],
    [
      {
        type: 'document',
        context: 'From the archive.',
        source: {
          type: 'content',
          content: [
            { type: 'text', text: 'a' },
            { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
            { type: 'text', text: 'b' },
          ],
        },
      },
      [
        { type: 'text', text: 'From the archive.' },
        { type: 'file', source: { kind: 'data', data: 'YQpi', mediaType: 'text/plain' } },
        { type: 'image', source: { kind: 'url', url: 'https://x/y.png' } },
      ],
    ],
    [
      { type: 'document', source: { type: 'content', content: 'a' } },
      { type: 'file', source: { kind: 'data', data: 'YQ==', mediaType: 'text/plain' } },
    ],
    [
      {
        type: 'search_result',
        title: 't',
        source: 'https://x',
        content: [{ type: 'text', text: 'a' }],
      },
      { type: 'text', text: 't\nhttps://x\na' },
    ],
    [
      {
        type: 'search_result',
        title: 't',
        source: 'https://x',
        content: [{ type: 'text', text: 'a' }],
        citations: { enabled: true },
      },
      {
        type: 'file',
        source: {
          kind: 'data',
          data: Buffer.from('t\nhttps://x\na').toString('base64'),
          mediaType: 'text/plain',
        },
        name: 't',
        wantsCitations: true,
      },
    ],
    [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'reasoning', text: 'hm', seal: { origin: 'messages', data: 'sig' } },
    ],
    [
      { type: 'thinking', thinking: 'hm', signature: '' },
      { type: 'reasoning', text: 'hm' },
    ],
    [
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'reasoning', text: '', seal: { origin: 'messages', data: 'xyz', id: 'redacted' } },
    ],
    [
      { type: 'tool_use', id: 'c1', name: 'f', input: { a: [1, null] } },
      { type: 'toolCall', id: 'c1', name: 'f', arguments: '{"a":[1,null]}' },
    ],
    [
      { type: 'container_upload', file_id: 'f' },
      { type: 'opaque', origin: 'messages', value: { type: 'container_upload', file_id: 'f' } },
    ],
  ];
  for (const [block, part] of rows) {
    test(JSON.stringify(block).slice(0, 90), () => {
      assert.deepEqual(partsOf(block), [part].flat());
    });
  }

  test('citations keep the form of this wire, but for those that we made up', () => {
    const own = {
      type: 'search_result_location',
      source: 'https://x',
      title: null,
      cited_text: 'q',
    };
    const ours = { ...own, type: 'web_search_result_location', url: 'https://y' };
    const citations = [own, { ...ours, encrypted_index: 'meridian:chat::' }, null, {}];
    const [part] = partsOf({ type: 'text', text: 'a', citations });
    assert.deepEqual(part?.type === 'text' && part.citations, [
      { kind: 'url', url: 'https://x', quote: 'q', raw: { origin: 'messages', value: own } },
      { kind: 'url', url: 'https://y', quote: 'q' },
    ]);
  });

  test('numbers of a call keep all of their digits', () => {
    const raw = `{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{"id":12345678901234567890}}]}]}`;
    const call = decodeMessages(Buffer.from(raw));
    const [part] = messagesClient.decodeRequest(call).messages[0]?.parts ?? [];
    assert.equal(part?.type === 'toolCall' && part.arguments, '{"id":12345678901234567890}');
  });
});

describe('the result of a tool', () => {
  const call = { type: 'tool_use', id: 'c1', name: 'f', input: {} };

  function resultOf(block: object): Part | undefined {
    const result = { type: 'tool_result', tool_use_id: 'c1', ...block };
    const messages = [
      USER,
      { role: 'assistant', content: [call] },
      { role: 'user', content: [result] },
    ];
    return read({ ...BASE, messages }).messages[2]?.parts[0];
  }

  const common = { type: 'toolResult', callId: 'c1', name: 'f' };
  const rows: readonly (readonly [object, object])[] = [
    [{}, { content: [] }],
    [{ content: '' }, { content: [] }],
    [{ content: 'ok' }, { content: [{ type: 'text', text: 'ok' }] }],
    [
      { content: 'no', is_error: true },
      { content: [{ type: 'text', text: 'no' }], isError: true },
    ],
    [{ is_error: false }, { content: [] }],
    [{ cache_control: { type: 'ephemeral' } }, { content: [], cache: { ttl: '5m' } }],
    [
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
          { type: 'document', source: { type: 'url', url: 'https://x/y.pdf' } },
          { type: 'search_result', title: 't', source: 's', content: [] },
          { type: 'tool_reference', tool_name: 'g' },
        ],
      },
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', source: { kind: 'url', url: 'https://x/y.png' } },
          { type: 'file', source: { kind: 'url', url: 'https://x/y.pdf' } },
          { type: 'text', text: 't\ns' },
          { type: 'text', text: '{"type":"tool_reference","tool_name":"g"}' },
        ],
      },
    ],
  ];
  for (const [block, expected] of rows) {
    test(JSON.stringify(block).slice(0, 80), () => {
      assert.deepEqual(resultOf(block), { ...common, ...expected });
    });
  }

  test('of an unknown call has no name', () => {
    const [part] = partsOf({ type: 'tool_result', tool_use_id: 'zz', content: 'x' });
    assert.equal(part?.type === 'toolResult' && part.name, '');
  });
});
