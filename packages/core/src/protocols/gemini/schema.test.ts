import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fields } from '../json/values.ts';
import { tidyJsonSchema } from './json-schema.ts';
import { fromOpenApiSchema, toOpenApiSchema } from './openapi-schema.ts';

const BERTH = { type: 'object', properties: { depth: { type: 'number' } }, required: ['depth'] };
const NODE = {
  type: 'object',
  description: 'A node',
  properties: { next: { $ref: '#/$defs/node' }, value: { type: 'string' } },
};

describe('JSON Schema for Gemini', () => {
  const cases: readonly (readonly [string, Fields, Fields])[] = [
    ['a plain schema stays as it is', BERTH, BERTH],
    [
      'unknown keywords stay',
      { ...BERTH, additionalProperties: false, not: { type: 'null' }, exclusiveMinimum: 3 },
      { ...BERTH, additionalProperties: false, not: { type: 'null' }, exclusiveMinimum: 3 },
    ],
    [
      'a reference that stands alone stays, so that recursion can be said',
      { $ref: '#/$defs/node', $defs: { node: NODE } },
      { $ref: '#/$defs/node', $defs: { node: NODE } },
    ],
    [
      'definitions get the name that Gemini knows',
      { type: 'array', items: { $ref: '#/definitions/b' }, definitions: { b: BERTH } },
      { type: 'array', items: { $ref: '#/$defs/b' }, $defs: { b: BERTH } },
    ],
    [
      'a reference beside a description is written out',
      {
        type: 'object',
        properties: { berth: { $ref: '#/$defs/b', description: 'Where' } },
        $defs: { b: BERTH },
      },
      {
        type: 'object',
        properties: { berth: { ...BERTH, description: 'Where' } },
        $defs: { b: BERTH },
      },
    ],
    [
      'a reference to somewhere else is written out',
      { type: 'object', properties: { a: BERTH, b: { $ref: '#/properties/a' } } },
      { type: 'object', properties: { a: BERTH, b: BERTH } },
    ],
    [
      'a reference that leads nowhere goes',
      { $ref: 'https://example.com/x', title: 'a' },
      { title: 'a' },
    ],
    ['a constant is an enumeration of one', { const: 'sail' }, { enum: ['sail'] }],
    [
      'what has to hold together is merged',
      {
        description: 'Both',
        allOf: [
          { $ref: '#/$defs/b' },
          { properties: { name: { const: 'x' } }, required: ['name'] },
        ],
        $defs: { b: BERTH },
      },
      {
        description: 'Both',
        $defs: { b: BERTH },
        type: 'object',
        properties: { depth: { type: 'number' }, name: { enum: ['x'] } },
        required: ['depth', 'name'],
      },
    ],
    [
      'it is tidied at every place',
      {
        anyOf: [{ const: 1 }],
        oneOf: [{ const: 2 }],
        prefixItems: [{ const: 3 }],
        additionalProperties: { const: 4 },
        items: { const: 5 },
      },
      {
        anyOf: [{ enum: [1] }],
        oneOf: [{ enum: [2] }],
        prefixItems: [{ enum: [3] }],
        additionalProperties: { enum: [4] },
        items: { enum: [5] },
      },
    ],
  ];
  for (const [name, given, expected] of cases) {
    test(name, () => assert.deepEqual(tidyJsonSchema(given), expected));
  }
});

describe("Google's own schema", () => {
  const cases: readonly (readonly [string, Fields, Fields])[] = [
    [
      'an object',
      { ...BERTH, additionalProperties: false, $schema: 'x' },
      { type: 'OBJECT', properties: { depth: { type: 'NUMBER' } }, required: ['depth'] },
    ],
    ['a type or nothing', { type: ['string', 'null'] }, { type: 'STRING', nullable: true }],
    [
      'several types',
      { type: ['string', 'integer', 'null'] },
      { anyOf: [{ type: 'STRING' }, { type: 'INTEGER' }], nullable: true },
    ],
    [
      'one of two, one of which is nothing',
      { anyOf: [BERTH, { type: 'null' }], description: 'Where' },
      {
        type: 'OBJECT',
        properties: { depth: { type: 'NUMBER' } },
        required: ['depth'],
        description: 'Where',
        nullable: true,
      },
    ],
    [
      'one of several',
      { oneOf: [{ type: 'string' }, { type: 'boolean' }] },
      { anyOf: [{ type: 'STRING' }, { type: 'BOOLEAN' }] },
    ],
    [
      'an enumeration with nothing in it',
      { enum: ['a', 'b', null] },
      { type: 'STRING', format: 'enum', enum: ['a', 'b'], nullable: true },
    ],
    [
      'an enumeration of numbers',
      { type: 'integer', enum: [1, 2] },
      { type: 'INTEGER', format: 'enum', enum: ['1', '2'] },
    ],
    ['a constant', { const: 'a' }, { type: 'STRING', format: 'enum', enum: ['a'] }],
    [
      'formats that it knows',
      { type: 'array', items: { type: 'string', format: 'date-time' }, maxItems: 3 },
      { type: 'ARRAY', items: { type: 'STRING', format: 'date-time' }, maxItems: 3 },
    ],
    ['formats that it does not know', { type: 'string', format: 'uuid' }, { type: 'STRING' }],
    [
      'open ranges',
      { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 10 },
      { type: 'INTEGER', minimum: 1, maximum: 9 },
    ],
    [
      'what has to hold together',
      { allOf: [{ $ref: '#/$defs/b' }, { title: 'x' }], $defs: { b: BERTH } },
      {
        type: 'OBJECT',
        title: 'x',
        properties: { depth: { type: 'NUMBER' } },
        required: ['depth'],
      },
    ],
    [
      'an object that does not say so',
      { properties: { a: true } },
      { type: 'OBJECT', properties: { a: {} } },
    ],
  ];
  for (const [name, given, expected] of cases) {
    test(name, () => assert.deepEqual(toOpenApiSchema(given), expected));
  }

  test('recursion ends after some rounds', () => {
    const schema = { $ref: '#/$defs/node', $defs: { node: NODE } };
    const converted = toOpenApiSchema(schema);
    assert.ok(JSON.stringify(converted).length < 2_000);
    assert.deepEqual((converted.properties as Fields).value, { type: 'STRING' });
  });

  test('what it says is read again', () => {
    for (const schema of [
      { type: 'object', properties: { a: { type: ['string', 'null'] } }, required: ['a'] },
      { type: 'integer', enum: [1, 2] },
      { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'number' } }] },
      { type: 'string', format: 'date-time', title: 'when', minLength: 2 },
    ]) {
      assert.deepEqual(fromOpenApiSchema(toOpenApiSchema(schema)), schema);
    }
  });
});

describe('schemas that were made to hurt', () => {
  const bomb: Record<string, Fields> = { d0: { type: 'string' } };
  for (let n = 1; n < 40; n++) {
    const ref = { $ref: `#/$defs/d${n - 1}`, description: 'x' };
    bomb[`d${n}`] = { type: 'object', properties: { a: ref, b: ref, c: ref } };
  }
  let deep: Fields = { type: 'string' };
  for (let n = 0; n < 1_000; n++) deep = { type: 'array', items: deep };
  const loop = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } };

  for (const convert of [tidyJsonSchema, toOpenApiSchema]) {
    test(`${convert.name} ends soon`, () => {
      for (const schema of [{ $ref: '#/$defs/d39', $defs: bomb, title: 'x' }, deep, loop]) {
        assert.ok(JSON.stringify(convert(schema)).length < 8_000_000);
      }
    });
  }
});
