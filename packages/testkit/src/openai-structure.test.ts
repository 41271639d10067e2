import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fixture } from './fixtures.ts';
import { createOpenAiJudge, openAiStructureVersion } from './openai-structure.ts';

const COMPLETION = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      logprobs: null,
      message: { role: 'assistant', content: 'Hi', refusal: null },
    },
  ],
};

test('the schema was reduced from the client that is installed', () => {
  const path = new URL('../../../node_modules/openai/package.json', import.meta.url);
  const { version, license } = JSON.parse(readFileSync(path, 'utf8'));
  assert.equal(openAiStructureVersion(), version, 'run scripts/reduce-openai-types.ts');
  assert.equal(license, 'Apache-2.0');
});

test('the schema is structure: names and values, no prose', () => {
  const { source, definitions } = JSON.parse(fixture('openai-structure/schema.json').toString());
  assert.equal(source.license, 'Apache-2.0');
  const texts: string[] = [];
  JSON.parse(JSON.stringify(definitions), (_key, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  assert.deepEqual(
    texts.filter((text) => /\s/.test(text)),
    [],
  );
});

describe('a judge', () => {
  const judge = createOpenAiJudge();

  test('finds nothing wrong with an answer as published, nor with fields besides', () => {
    assert.deepEqual(judge.faultsOf('chatCompletion', { ...COMPLETION, extra: 1 }), []);
  });

  test('names what is missing, of another type, or none of the values', () => {
    const [choice] = COMPLETION.choices;
    const value = {
      ...COMPLETION,
      object: 'chat',
      created: 'today',
      choices: [
        { ...choice, index: null, finish_reason: 'end' },
        { ...choice, message: {} },
      ],
    };
    assert.deepEqual(judge.faultsOf('chatCompletion', value), [
      'choices.*.finish_reason may not be "end"',
      'choices.*.index must be number, not null',
      'choices.*.message.content is missing',
      'choices.*.message.refusal is missing',
      'choices.*.message.role is missing',
      'created must be number, not "today"',
      'object may not be "chat"',
    ]);
  });

  test('tells alternatives apart by their type', () => {
    assert.deepEqual(judge.faultsOf('responseEvent', { type: 'response.unheard' }), [
      'type may not be "response.unheard"',
    ]);
    const event = { type: 'response.output_text.delta', delta: 'x', sequence_number: 1 };
    assert.deepEqual(judge.faultsOf('responseEvent', event), [
      'content_index is missing',
      'item_id is missing',
      'logprobs is missing',
      'output_index is missing',
    ]);
  });

  test('lets exceptions pass, and tells those that nobody needs', () => {
    const lenient = createOpenAiJudge([
      { answer: 'chatCompletion', fault: '*.refusal is missing', reason: 'a test' },
      { answer: 'chatCompletion', fault: 'id is missing', reason: 'a test' },
    ]);
    const message = { role: 'assistant', content: 'Hi' };
    const choices = [{ ...COMPLETION.choices[0], message }];
    assert.deepEqual(lenient.faultsOf('chatCompletion', { ...COMPLETION, choices }), []);
    assert.deepEqual(lenient.unused(), ['chatCompletion: id is missing']);
  });
});
