import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NeutralAnswer } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Part, Seal } from '../neutral/parts.ts';
import { clientMessage } from './answer-world.ts';
import { messagesClient, messagesUpstream } from './index.ts';
import { read } from './request-world.ts';

const SHOWN = { model: 'shown', requestId: 'r1', createdAt: 1 };

type Content = readonly Record<string, unknown>[];

function whole(parts: readonly Part[], more: Partial<NeutralAnswer> = {}): Record<string, unknown> {
  const answer: NeutralAnswer = {
    id: '',
    model: 'up',
    createdAt: 5,
    choices: [{ index: 0, parts, stop: 'end' }],
    usage: undefined,
    isSuspicious: false,
    ...more,
  };
  return JSON.parse(messagesClient.encodeAnswer(answer, SHOWN).toString());
}

function streamed(events: readonly AnswerEvent[]): Record<string, unknown> {
  return clientMessage(stream(events));
}

function stream(events: readonly AnswerEvent[]): string {
  const writer = messagesClient.openWriter({ ...SHOWN, wantsUsage: true });
  return events.map((event) => writer.write(event)).join('') + writer.finish(undefined);
}

const at = (block: number) => ({ choice: 0, block });
const text = (block: number, value: string): AnswerEvent => ({
  kind: 'delta',
  ...at(block),
  text: value,
});
const close = (block: number): AnswerEvent => ({ kind: 'close', ...at(block) });
const openText = (block: number): AnswerEvent => ({
  kind: 'open',
  ...at(block),
  head: { type: 'text' },
});
const openCall = (block: number, id: string): AnswerEvent => ({
  kind: 'open',
  ...at(block),
  head: { type: 'toolCall', id, name: 'f' },
});
const seal = (block: number, value: Seal): AnswerEvent => ({
  kind: 'note',
  ...at(block),
  note: { seal: value },
});

const GEMINI: Seal = { origin: 'gemini', data: 'c2lnbg==' };
const RESPONSES: Seal = { origin: 'responses', data: 'gAAA', id: 'rs_1' };

describe('a whole answer of another wire', () => {
  test('has all that clients look at', () => {
    assert.deepEqual(whole([{ type: 'text', text: 'Hi' }]), {
      id: 'msg_r1',
      type: 'message',
      role: 'assistant',
      model: 'shown',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      usage: {
        input_tokens: 0,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: null,
        server_tool_use: null,
        service_tier: null,
        cache_creation_tokens: 0,
        cache_read_tokens: 0,
      },
    });
  });

  const rows: readonly (readonly [string, Part, Content])[] = [
    ['a refusal', { type: 'refusal', text: 'No.' }, [{ type: 'text', text: 'No.' }]],
    [
      'a picture',
      { type: 'image', source: { kind: 'data', data: 'QQ==', mediaType: 'image/png' } },
      [{ type: 'text', text: '![image](data:image/png;base64,QQ==)' }],
    ],
    [
      'what was said',
      {
        type: 'audio',
        source: { kind: 'data', data: '', mediaType: 'audio/wav' },
        transcript: 'Hi',
      },
      [{ type: 'text', text: 'Hi' }],
    ],
    ['what means nothing here', { type: 'opaque', origin: 'responses', value: {} }, []],
    [
      'thoughts without a seal',
      { type: 'reasoning', text: 'hm' },
      [{ type: 'thinking', thinking: 'hm', signature: '' }],
    ],
    [
      'thoughts with a seal',
      { type: 'reasoning', text: 'hm', seal: RESPONSES },
      [{ type: 'thinking', thinking: 'hm', signature: 'meridian:responses:rs_1:gAAA' }],
    ],
    [
      'a call without an id',
      { type: 'toolCall', id: '', name: 'f', arguments: '' },
      [{ type: 'tool_use', id: 'toolu_r1_0', name: 'f', input: {} }],
    ],
    [
      'a call whose arguments are broken',
      { type: 'toolCall', id: 'c', name: 'f', arguments: '{"broken":' },
      [{ type: 'tool_use', id: 'c', name: 'f', input: { INVALID_JSON: '{"broken":' } }],
    ],
    [
      'a source',
      {
        type: 'text',
        text: 'a',
        citations: [{ kind: 'url', url: 'https://x', title: 'X', start: 0, end: 1 }],
      },
      [
        {
          type: 'text',
          text: 'a',
          citations: [
            {
              type: 'web_search_result_location',
              cited_text: '',
              encrypted_index: 'meridian:chat::',
              title: 'X',
              url: 'https://x',
            },
          ],
        },
      ],
    ],
    [
      'a place in a document',
      { type: 'text', text: 'a', citations: [{ kind: 'document', quote: 'abc' }] },
      [
        {
          type: 'text',
          text: 'a',
          citations: [
            {
              type: 'char_location',
              cited_text: 'abc',
              document_index: 0,
              document_title: null,
              start_char_index: 0,
              end_char_index: 3,
              file_id: 'meridian:chat::',
            },
          ],
        },
      ],
    ],
  ];
  for (const [name, part, content] of rows) {
    test(`keeps ${name}`, () => assert.deepEqual(whole([part]).content, content));
  }

  const stops = [
    ['contentFilter', 'refusal'],
    ['malformedCall', 'end_turn'],
    ['length', 'max_tokens'],
    ['pause', 'pause_turn'],
    ['contextLength', 'model_context_window_exceeded'],
  ] as const;
  for (const [stop, reason] of stops) {
    test(`that ended with ${stop} ended with ${reason}`, () => {
      const choices = [{ index: 0, parts: [], stop }];
      assert.equal(whole([], { choices }).stop_reason, reason);
    });
  }

  test('that was refused tells why', () => {
    const parts: Part[] = [{ type: 'refusal', text: 'No.' }];
    const refused = whole([], { choices: [{ index: 0, parts, stop: 'refusal' }] });
    assert.deepEqual(refused.stop_details, {
      type: 'refusal',
      category: null,
      explanation: 'No.',
    });
  });

  test('with several choices is the first one', () => {
    const choices = ['a', 'b'].map((value, index) => ({
      index,
      parts: [{ type: 'text' as const, text: value }],
      stop: 'end' as const,
    }));
    assert.deepEqual(whole([], { choices }).content, [{ type: 'text', text: 'a' }]);
  });
});

describe('the seal of a call', () => {
  const call: Part = { type: 'toolCall', id: 'c:1', name: 'f', arguments: '{}', seal: GEMINI };
  const said: Part = { type: 'text', text: 'a', seal: GEMINI };

  test('comes back with the conversation', () => {
    const { content } = whole([said, call]);
    const messages = [{ role: 'assistant', content }];
    const [turn] = read({ model: 'm', max_tokens: 1, messages }).messages;
    assert.deepEqual(turn?.parts, [said, call]);
  });

  test('comes back with the conversation of a stream', () => {
    const { content } = streamed([
      openText(0),
      text(0, 'a'),
      seal(0, GEMINI),
      close(0),
      openCall(1, 'c:1'),
      seal(1, GEMINI),
      text(1, '{}'),
      close(1),
    ]);
    const messages = [{ role: 'assistant', content }];
    const [turn] = read({ model: 'm', max_tokens: 1, messages }).messages;
    assert.deepEqual(turn?.parts, [said, call]);
  });

  test('whose call is gone stays a seal of thoughts', () => {
    const content = (whole([call]).content as unknown[]).slice(1);
    const messages = [{ role: 'assistant', content }];
    const [turn] = read({ model: 'm', max_tokens: 1, messages }).messages;
    assert.deepEqual(turn?.parts, [
      { type: 'reasoning', text: '', seal: { ...GEMINI, id: 'call:c:1' } },
    ]);
  });
});

test('what is no answer is none', () => {
  for (const body of ['', '{', '[]', '{"type":"error","error":{}}', '{"content":"x"}', 'null']) {
    assert.equal(messagesUpstream.decodeAnswer(Buffer.from(body)), undefined, body);
  }
});

test('every ability has a name in this wire', () => {
  assert.equal(messagesClient.fieldOf('output'), 'output_config.format');
  assert.equal(messagesClient.fieldOf('stop'), 'stop_sequences');
});
