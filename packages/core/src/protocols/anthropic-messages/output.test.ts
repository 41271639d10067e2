import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnswerEvent } from '../neutral/events.ts';
import type { NeutralRequest, OutputFormat } from '../neutral/request.ts';
import { gather } from './answer-world.ts';
import { messagesUpstream } from './index.ts';
import { adaptSchema } from './output-schema.ts';
import { targetOf, written } from './request-world.ts';

const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const OPEN = { type: 'object', properties: {}, additionalProperties: true };

const schemaOutput = (schema: object): OutputFormat => ({
  type: 'schema',
  name: 'place',
  description: 'A place.',
  schema: schema as Record<string, unknown>,
});

const F = { type: 'function' as const, name: 'f', parameters: SCHEMA };

function lost(request: Partial<NeutralRequest>, model: string): unknown[] {
  const { losses } = written(request, model);
  return losses.map((loss) => ('ability' in loss ? loss.ability : loss));
}

describe('a schema for the answer', () => {
  test('is a format where the model knows formats', () => {
    for (const model of ['claude-sonnet-4-5', 'claude-opus-4-1', 'claude-opus-5-5']) {
      const { body, losses } = written({ output: schemaOutput(SCHEMA), tools: [F] }, model);
      assert.deepEqual(body.output_config, { format: { type: 'json_schema', schema: SCHEMA } });
      assert.equal((body.tools as unknown[]).length, 1);
      assert.deepEqual(losses, []);
    }
  });

  const forced: readonly (readonly [string, string, object])[] = [
    ['older models', 'claude-3-5-sonnet-20241022', SCHEMA],
    ['other makers', 'kimi-k2', SCHEMA],
    ['schemas that are open', 'claude-opus-5', OPEN],
  ];
  for (const [name, model, schema] of forced) {
    test(`is a tool that has to be called for ${name}`, () => {
      const { body, losses } = written({ output: schemaOutput(schema) }, model);
      const [tool] = body.tools as { name: string; description: string; input_schema: object }[];
      assert.equal(tool?.name, 'meridian_output');
      assert.match(tool?.description ?? '', /A place\.$/);
      assert.deepEqual(tool?.input_schema, schema);
      assert.deepEqual(body.tool_choice, {
        type: 'tool',
        name: 'meridian_output',
        disable_parallel_tool_use: true,
      });
      assert.equal(body.output_config, undefined);
      assert.deepEqual(losses, []);
    });
  }

  test('is a tool where the catalog says that the model knows no formats', () => {
    const abilities = new Set(['tools']);
    const target = targetOf('claude-sonnet-4-5', { abilities });
    assert.equal((written({ output: schemaOutput(SCHEMA) }, target).body.tools as []).length, 1);
    const known = targetOf('claude-sonnet-4-5', { abilities: new Set(['structured_output']) });
    assert.equal(written({ output: schemaOutput(SCHEMA) }, known).body.tools, undefined);
  });

  test('leaves the client its own tools beside the one that stands in', () => {
    const { body } = written({ output: schemaOutput(SCHEMA), tools: [F] }, 'kimi-k2');
    assert.equal((body.tools as unknown[]).length, 2);
    assert.deepEqual(body.tool_choice, { type: 'any', disable_parallel_tool_use: true });
    const none = {
      output: schemaOutput(SCHEMA),
      tools: [F],
      toolChoice: { mode: 'none' as const },
    };
    assert.equal((written(none, 'kimi-k2').body.tools as unknown[]).length, 1);
  });

  test('says nothing about a call that has to be made', () => {
    const toolChoice = { mode: 'tool' as const, name: 'f' };
    const { body } = written({ output: schemaOutput(SCHEMA), tools: [F], toolChoice }, 'kimi-k2');
    assert.equal((body.tools as unknown[]).length, 1);
    assert.deepEqual(body.tool_choice, { type: 'tool', name: 'f' });
  });

  test('is a loss where the model can neither be held to it nor made to call a tool', () => {
    assert.deepEqual(lost({ output: schemaOutput(OPEN) }, 'claude-opus-5-5'), ['output']);
    const { body } = written({ output: schemaOutput(OPEN) }, 'claude-opus-5-5');
    const closed = { ...OPEN, additionalProperties: false };
    assert.deepEqual(body.output_config, { format: { type: 'json_schema', schema: closed } });
    const list = schemaOutput({ type: 'array', items: { type: 'string' } });
    assert.deepEqual(lost({ output: list }, 'claude-3-5-haiku-20241022'), ['output']);
  });
});

describe('free JSON', () => {
  test('is a tool that takes any object', () => {
    const { body, losses } = written({ output: { type: 'json' } }, 'claude-opus-5');
    const [tool] = body.tools as { input_schema: object }[];
    assert.deepEqual(tool?.input_schema, { type: 'object', additionalProperties: true });
    assert.deepEqual(losses, []);
  });

  test('is a loss where a call cannot be forced', () => {
    assert.deepEqual(lost({ output: { type: 'json' } }, 'claude-sonnet-5-5'), ['output']);
  });

  test('text is what there is anyhow', () => {
    assert.deepEqual(written({ output: { type: 'text' } }, 'claude-opus-5').body.tools, undefined);
  });
});

describe('the call of the tool that stands in is the text of the answer', () => {
  const call = { type: 'tool_use', id: 'c', name: 'meridian_output', input: { city: 'Oslo' } };

  test('whole', () => {
    const body = { type: 'message', content: [call], stop_reason: 'tool_use', usage: {} };
    const answer = messagesUpstream.decodeAnswer(Buffer.from(JSON.stringify(body)));
    assert.deepEqual(answer?.choices[0], {
      index: 0,
      parts: [{ type: 'text', text: '{"city":"Oslo"}' }],
      stop: 'end',
    });
  });

  test('streamed', () => {
    const delta = (partial_json: string) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json },
    });
    const events = [
      { type: 'content_block_start', index: 0, content_block: { ...call, input: {} } },
      delta('{"city":'),
      delta('"Oslo"}'),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 4 } },
    ];
    const stream = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    const read: readonly AnswerEvent[] = messagesUpstream.openReader().push(Buffer.from(stream));
    const { choice } = gather(read);
    assert.deepEqual(choice.parts, [{ type: 'text', text: '{"city":"Oslo"}' }]);
    assert.equal(choice.stop, 'end');
  });

  test('beside a real call that has to be answered', () => {
    const other = { type: 'tool_use', id: 'd', name: 'f', input: {} };
    const body = { content: [call, other], stop_reason: 'tool_use' };
    const answer = messagesUpstream.decodeAnswer(Buffer.from(JSON.stringify(body)));
    assert.equal(answer?.choices[0]?.stop, 'toolCalls');
  });
});

describe('a schema is fitted to what a model can be held to', () => {
  const rows: readonly (readonly [string, object, object, boolean])[] = [
    ['a closed object stays', SCHEMA, SCHEMA, true],
    [
      'objects are closed',
      { type: 'object', properties: { a: { type: 'object', properties: { b: {} } } } },
      {
        type: 'object',
        properties: {
          a: { type: 'object', properties: { b: {} }, additionalProperties: false },
        },
        additionalProperties: false,
      },
      true,
    ],
    [
      'limits are told in words',
      { type: 'string', minLength: 2, pattern: '^a', description: 'A name.' },
      { type: 'string', description: 'A name.\n{minLength: 2, pattern: "^a"}' },
      true,
    ],
    [
      'known formats stay, others are told in words',
      {
        anyOf: [
          { type: 'string', format: 'date' },
          { type: 'string', format: 'iban' },
        ],
      },
      {
        anyOf: [
          { type: 'string', format: 'date' },
          { type: 'string', description: '{format: "iban"}' },
        ],
      },
      true,
    ],
    [
      'one of several is any of them',
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      true,
    ],
    [
      'lists keep a least length of one',
      { type: 'array', items: { type: 'number', maximum: 3 }, minItems: 1, maxItems: 4 },
      {
        type: 'array',
        items: { type: 'number', description: '{maximum: 3}' },
        minItems: 1,
        description: '{maxItems: 4}',
      },
      true,
    ],
    [
      'definitions are fitted too',
      { $ref: '#/$defs/a', $defs: { a: { type: 'integer', minimum: 0 } } },
      { $ref: '#/$defs/a', $defs: { a: { type: 'integer', description: '{minimum: 0}' } } },
      true,
    ],
    ['an open object cannot be kept to', OPEN, { ...OPEN, additionalProperties: false }, false],
    [
      'nor can one without properties',
      { type: 'object' },
      { type: 'object', additionalProperties: false },
      false,
    ],
    [
      'a nullable object is an object',
      { type: ['object', 'null'], properties: { a: {} } },
      { type: ['object', 'null'], properties: { a: {} }, additionalProperties: false },
      true,
    ],
  ];
  for (const [name, given, schema, isFaithful] of rows) {
    test(name, () => {
      assert.deepEqual(adaptSchema(given as Record<string, unknown>), { schema, isFaithful });
    });
  }

  test('a recursive one cannot be kept to, a repeated definition can', () => {
    const node = { type: 'object', properties: { next: { $ref: '#' } } };
    assert.equal(adaptSchema(node).isFaithful, false);
    const pair = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/x~1y' }, b: { $ref: '#/$defs/x~1y' } },
      $defs: { 'x/y': { type: 'string' } },
    };
    assert.equal(adaptSchema(pair).isFaithful, true);
  });

  test('nor can one with too many optional fields, or nested without end', () => {
    const names = Array.from({ length: 25 }, (_, index) => [`f${index}`, { type: 'string' }]);
    const wide = { type: 'object', properties: Object.fromEntries(names) };
    assert.equal(adaptSchema(wide).isFaithful, false);
    let deep: Record<string, unknown> = { type: 'string' };
    for (let level = 0; level < 100; level++) deep = { type: 'array', items: deep };
    assert.equal(adaptSchema(deep).isFaithful, false);
  });
});
