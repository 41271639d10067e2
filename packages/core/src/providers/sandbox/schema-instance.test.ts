import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { schemaInstance, UnmetSchema } from './schema-instance.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajvFormats.default(ajv);

const node = {
  type: 'object',
  properties: { next: { $ref: '#/$defs/node' }, v: { type: 'integer' } },
};

const schemas: readonly (readonly [name: string, schema: object | boolean])[] = [
  ['anything', true],
  ['the empty schema', {}],
  ['a text', { type: 'string' }],
  ['a long text', { type: 'string', minLength: 500 }],
  ['a short text', { type: 'string', maxLength: 3 }],
  ['an empty text', { type: 'string', maxLength: 0 }],
  ['a choice', { enum: ['a', 'b'] }],
  ['a constant', { const: { x: [1] } }],
  ['null', { type: 'null' }],
  ['a boolean', { type: 'boolean' }],
  ['a nullable text', { type: ['null', 'string'] }],
  ['an integer', { type: 'integer' }],
  ['an integer from a minimum', { type: 'integer', minimum: 2.5 }],
  ['an integer above', { type: 'integer', exclusiveMinimum: 3 }],
  ['an integer below', { type: 'integer', maximum: -7 }],
  ['an integer below, exclusive', { type: 'integer', exclusiveMaximum: -7 }],
  ['an integer between', { type: 'integer', minimum: 10, maximum: 10 }],
  ['a multiple', { type: 'integer', multipleOf: 7, minimum: 8 }],
  ['a multiple with a maximum', { type: 'integer', multipleOf: 7, maximum: 6 }],
  [
    'a number between exclusive bounds',
    { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  ],
  ['a number below', { type: 'number', exclusiveMaximum: 0 }],
  ['a list', { type: 'array', items: { type: 'number' } }],
  ['a list of some', { type: 'array', items: { type: 'string' }, minItems: 4 }],
  ['an empty list', { type: 'array', items: { type: 'string' }, maxItems: 0 }],
  [
    'a list of different texts',
    { type: 'array', items: { type: 'string' }, minItems: 3, uniqueItems: true },
  ],
  [
    'a list of different numbers',
    { type: 'array', items: { type: 'integer' }, minItems: 3, uniqueItems: true },
  ],
  [
    'a list of different choices',
    { type: 'array', items: { enum: [1, 2, 3] }, minItems: 3, uniqueItems: true },
  ],
  [
    'a tuple',
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false },
  ],
  [
    'an object',
    {
      type: 'object',
      properties: {
        a: { type: 'string' },
        b: { type: 'object', properties: { c: { type: 'null' } }, required: ['c'] },
      },
      required: ['a', 'b'],
      additionalProperties: false,
    },
  ],
  [
    'an object without required properties',
    { type: 'object', properties: { a: { type: 'integer' } } },
  ],
  ['a required property that is not described', { type: 'object', required: ['x', '__proto__'] }],
  ['a map', { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 2 }],
  ['alternatives', { anyOf: [{ type: 'integer', minimum: 5 }, { type: 'string' }] }],
  [
    'one of',
    {
      oneOf: [
        { type: 'object', properties: { kind: { const: 'a' } }, required: ['kind'] },
        { type: 'null' },
      ],
    },
  ],
  [
    'all of',
    {
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { properties: { b: { type: 'integer' } }, required: ['b'] },
      ],
    },
  ],
  ['a reference', { $ref: '#/$defs/a', $defs: { a: { type: 'integer', minimum: 3 } } }],
  ['an escaped reference', { $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'integer' } } }],
  [
    'a recursive list',
    {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#' }, maxItems: 0 } },
      required: ['children'],
    },
  ],
  ['a recursive option', { $ref: '#/$defs/node', $defs: { node } }],
  [
    'a recursion that can end',
    {
      $ref: '#/$defs/n',
      $defs: {
        n: {
          type: 'object',
          properties: { next: { anyOf: [{ $ref: '#/$defs/n' }, { type: 'null' }] } },
          required: ['next'],
        },
      },
    },
  ],
  ...[
    'date-time',
    'date',
    'time',
    'duration',
    'email',
    'hostname',
    'ipv4',
    'ipv6',
    'uuid',
    'uri',
  ].map((format) => [`the format ${format}`, { type: 'string', format }] as const),
  ...[
    '^[A-Z]{2}-\\d{3,}$',
    '^(foo|bar)+$',
    '^\\+?[1-9]\\d{1,14}$',
    '^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$',
    '^#[0-9a-fA-F]{6}$',
    '^(?:\\d{4})-(?<month>\\d{2})$',
    '^[^a-z0-9]{3}$',
    '^\\w+(?:\\s\\w+)*$',
    '^[\\d.]{1,3}%?$',
    'plain',
    '^\\u0041\\x42$',
    '^[-a]{2}$',
  ].map((pattern) => [`the pattern ${pattern}`, { type: 'string', pattern }] as const),
  ['a pattern with a minimum length', { type: 'string', pattern: '^[a-f]*$', minLength: 12 }],
];

test('the instance of a schema is accepted by it', async (t) => {
  for (const [name, schema] of schemas) {
    await t.test(name, () => {
      const validate = ajv.compile(schema);
      const instance = schemaInstance(schema, 'sandbox');
      assert.ok(
        validate(instance),
        `${JSON.stringify(instance)}: ${ajv.errorsText(validate.errors)}`,
      );
    });
  }
});

test('the hint fills free texts', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  assert.deepEqual(schemaInstance(schema, 'Paris'), { city: 'Paris' });
});

test('a schema that cannot be met within bounds is given up, fast', () => {
  const impossible: readonly unknown[] = [
    false,
    { $ref: '#' },
    { $ref: '#/$defs/none' },
    { $ref: 'https://example.com/schema' },
    { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] },
    { type: 'array', items: {}, minItems: 1e9 },
    { type: 'object', minProperties: 1e9 },
    { type: 'array', minItems: 4_000, items: { type: 'array', minItems: 4_000 } },
    { anyOf: [{ $ref: '#' }, { $ref: '#' }, { $ref: '#' }] },
  ];
  for (const schema of impossible) {
    const started = performance.now();
    assert.throws(() => schemaInstance(schema, ''), UnmetSchema, JSON.stringify(schema));
    assert.ok(performance.now() - started < 1_000);
  }
});

test('patterns made to hurt stay bounded', () => {
  const patterns = [
    '(((a{9999}){9999}){9999})',
    '(a+)+$',
    '['.repeat(50),
    '(',
    'a{999999}',
    '\\',
    '[^',
  ];
  for (const pattern of patterns) {
    const text = schemaInstance({ type: 'string', pattern }, '') as string;
    assert.ok(text.length <= 100_000, pattern);
  }
});
