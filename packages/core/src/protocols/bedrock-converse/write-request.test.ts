import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NeutralRequest, OutputFormat } from '../neutral/request.ts';
import { CLAUDE, encodeFor } from './request-world.ts';

const NOVA = 'amazon.nova-pro-v1:0';
const lost = ({ losses }: { losses: readonly object[] }) =>
  losses.map((loss) => ('ability' in loss ? loss.ability : 'field' in loss ? loss.field : loss));

test('a plain request holds its messages and nothing else', () => {
  assert.deepEqual(encodeFor(CLAUDE, { isStream: true }).body, {
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
  });
});

test('the output bound is the client’s, else the one that the balance dictates', () => {
  const target = { outputBound: 500, maxOutputTokens: 64_000 };
  const boundOf = (fields: Partial<NeutralRequest>) =>
    encodeFor(CLAUDE, fields, target).body.inferenceConfig.maxTokens;
  assert.deepEqual([boundOf({}), boundOf({ maxOutputTokens: 90 })], [500, 90]);
});

const schema: OutputFormat = {
  type: 'schema',
  name: 'port of call',
  schema: {
    type: 'object',
    properties: {
      port: { type: 'string', enum: ['Porto', 'Faro'] },
      berths: {
        type: 'array',
        items: { type: 'object', properties: { no: { type: 'integer' } } },
      },
    },
    required: ['port'],
  },
};

test('a schema goes into outputConfig as closed text, where the model keeps to one itself', () => {
  for (const model of [CLAUDE, 'claude-opus-4-6', 'claude-fable-5', 'qwen3-32b', 'gpt-oss-20b']) {
    const { body, losses } = encodeFor(model, { output: { ...schema, description: 'A port' } });
    const { type, structure } = body.outputConfig.textFormat;
    assert.equal(type, 'json_schema');
    const { name, description, schema: text } = structure.jsonSchema;
    assert.deepEqual([name, description], ['port_of_call', 'A port']);
    const closed = JSON.parse(text);
    assert.equal(closed.additionalProperties, false);
    assert.equal(closed.properties.berths.items.additionalProperties, false);
    assert.deepEqual(losses, []);
  }
});

test('a schema that Bedrock cannot keep to goes by a tool, or is lost', () => {
  const open = { type: 'object', additionalProperties: { type: 'string' } };
  const output = { type: 'schema', name: 'x', schema: open } as const;
  const claude = encodeFor(CLAUDE, { output });
  assert.equal(claude.body.outputConfig, undefined);
  assert.deepEqual(claude.body.toolConfig.toolChoice, { any: {} });
  assert.deepEqual(claude.losses, []);
  const other = encodeFor('qwen3-32b', { output });
  assert.ok(other.body.outputConfig);
  assert.deepEqual(lost(other), ['output']);
});

test('else the model has to answer by a tool', () => {
  for (const model of ['claude-3-haiku-20240307', 'claude-opus-4-8', NOVA, 'pixtral-large-2411']) {
    const { body, losses } = encodeFor(model, { output: schema });
    assert.deepEqual(body.toolConfig.toolChoice, { any: {} }, model);
    const [{ toolSpec }] = body.toolConfig.tools;
    assert.equal(toolSpec.name, 'meridian_output');
    assert.deepEqual(toolSpec.inputSchema.json, schema.type === 'schema' && schema.schema);
    assert.deepEqual(losses, []);
  }
});

const tool = { type: 'function', name: 'look' } as const;

test('the tool of the answer stands beside the client’s own, but for turns that must call one', () => {
  const namesOf = (fields: Partial<NeutralRequest>) =>
    encodeFor(NOVA, { tools: [tool], output: schema, ...fields }).body.toolConfig.tools.map(
      ({ toolSpec }: { toolSpec: { name: string } }) => toolSpec.name,
    );
  assert.deepEqual(namesOf({}), ['look', 'meridian_output']);
  assert.deepEqual(namesOf({ toolChoice: { mode: 'required' } }), ['look']);
  assert.deepEqual(namesOf({ toolChoice: { mode: 'none' } }), ['meridian_output']);
});

test('JSON without a schema is an open object by a tool, where a tool can be forced', () => {
  const output = { type: 'json' } as const;
  const { body } = encodeFor(CLAUDE, { output });
  assert.equal(body.outputConfig, undefined);
  assert.equal(body.toolConfig.tools[0].toolSpec.inputSchema.json.additionalProperties, true);
  for (const model of ['llama-3.3-70b', 'qwen3-32b', 'claude-opus-5-5']) {
    assert.deepEqual(lost(encodeFor(model, { output })), ['output'], model);
  }
});

test('where Claude thinks unasked, a form that needs a tool comes before thoughts', () => {
  const { body, losses } = encodeFor('claude-sonnet-5', { output: { type: 'json' } });
  assert.deepEqual(body.additionalModelRequestFields, { thinking: { type: 'disabled' } });
  assert.deepEqual(body.toolConfig.toolChoice, { any: {} });
  assert.deepEqual(losses, []);
});

test('a form that cannot be had is lost, with a reason', () => {
  const list = { type: 'schema', name: 'x', schema: { type: 'array' } } as const;
  assert.deepEqual(lost(encodeFor(NOVA, { output: list })), ['output']);
  const thinking = { output: schema, reasoning: { budget: 2_000 }, maxOutputTokens: 8_000 };
  assert.deepEqual(lost(encodeFor('claude-3-7-sonnet', thinking)), ['output']);
  assert.deepEqual(lost(encodeFor('command-r-08-2024', { output: schema })), ['output']);
  assert.deepEqual(lost(encodeFor('command-r-08-2024', { output: { type: 'text' } })), []);
});

test('tiers of Bedrock’s own are passed on, the usual one goes without saying', () => {
  const tierOf = (serviceTier: string) => encodeFor(CLAUDE, { serviceTier });
  assert.deepEqual(tierOf('priority').body.serviceTier, { type: 'priority' });
  for (const usual of ['auto', 'default', 'standard', 'standard_only']) {
    assert.equal(tierOf(usual).body.serviceTier, undefined);
    assert.deepEqual(tierOf(usual).losses, []);
  }
  assert.deepEqual(lost(tierOf('scale')), ['serviceTier']);
});

test('what Bedrock does not offer is lost', () => {
  const audio = { voice: 'alloy', format: 'wav' };
  const fields = { choices: 2, modalities: ['text', 'audio'], audio, verbosity: 'low' };
  const losses = ['choices', 'modalities', 'audio', 'verbosity'];
  assert.deepEqual(lost(encodeFor(CLAUDE, fields)), losses);
});

test('hints that change no answer are let go', () => {
  const fields = { user: 'ann', promptCacheKey: 'k', verbosity: 'medium', modalities: ['text'] };
  const { body, losses } = encodeFor(CLAUDE, { ...fields, parallelToolCalls: true });
  assert.deepEqual(Object.keys(body), ['messages']);
  assert.deepEqual(losses, []);
});

test('metadata go into the owner’s logs as far as their form allows', () => {
  const metadata = { team: 'harbour', 'bad key!': 'x', long: 'y'.repeat(300), empty: '' };
  const { body, losses } = encodeFor(CLAUDE, { metadata });
  assert.deepEqual(body.requestMetadata, { team: 'harbour' });
  assert.deepEqual(losses, []);
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, 'v']));
  const { requestMetadata } = encodeFor(CLAUDE, { metadata: many }).body;
  assert.equal(Object.keys(requestMetadata).length, 16);
});

test('fields that Converse knows by name are passed on, others are lost by theirs', () => {
  const extra = (field: string, value: unknown) => ({ origin: 'chat', field, value }) as const;
  const guardrailConfig = { guardrailIdentifier: 'gr-1', guardrailVersion: '1' };
  const { body, losses } = encodeFor(CLAUDE, {
    sampling: { topK: 5, stop: ['x'] },
    extras: [
      extra('guardrailConfig', guardrailConfig),
      extra('additionalModelRequestFields', { anthropic_beta: ['a'], top_k: 9 }),
      extra('additionalModelResponseFieldPaths', ['/x', 7]),
      extra('requestMetadata', { a: 'b' }),
      extra('performanceConfig', { latency: 'optimized' }),
      extra('prediction', {}),
    ],
  });
  assert.deepEqual(body.guardrailConfig, guardrailConfig);
  assert.deepEqual(body.additionalModelRequestFields, { anthropic_beta: ['a'], top_k: 5 });
  const paths = ['/x', '/stop_sequence', '/delta/stop_sequence'];
  assert.deepEqual(body.additionalModelResponseFieldPaths, paths);
  assert.deepEqual(body.requestMetadata, { a: 'b' });
  assert.deepEqual(lost({ losses }), ['performanceConfig', 'prediction']);
});
