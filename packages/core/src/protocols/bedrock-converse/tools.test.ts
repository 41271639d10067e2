import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionTool, NeutralRequest, ToolChoice } from '../neutral/request.ts';
import { CLAUDE, encodeFor, TOOL_TURNS } from './request-world.ts';

const weather: FunctionTool = {
  type: 'function',
  name: 'get_weather',
  description: 'Weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const time: FunctionTool = { type: 'function', name: 'get_time' };
const tools = [weather, time];

const lost = ({ losses }: { losses: readonly object[] }) =>
  losses.map((loss) => ('ability' in loss ? loss.ability : loss));

/** The tools' names and the choice between them. */
function choose(model: string, toolChoice: ToolChoice | undefined, more?: Partial<NeutralRequest>) {
  const choice = toolChoice ? { toolChoice } : {};
  const encoded = encodeFor(model, { tools, ...choice, ...more });
  const { toolConfig } = encoded.body;
  const names = toolConfig?.tools.map((tool: { toolSpec: { name: string } }) => tool.toolSpec.name);
  return { names, choice: toolConfig?.toolChoice, lost: lost(encoded), body: encoded.body };
}

test('a function is a tool with a schema of an object', () => {
  assert.deepEqual(encodeFor(CLAUDE, { tools }).body.toolConfig, {
    tools: [
      {
        toolSpec: {
          name: 'get_weather',
          description: 'Weather of a city',
          inputSchema: { json: weather.parameters },
        },
      },
      { toolSpec: { name: 'get_time', inputSchema: { json: { type: 'object', properties: {} } } } },
    ],
  });
  assert.equal(encodeFor(CLAUDE, {}).body.toolConfig, undefined);
});

test('strictness and cache points go to the models that know them', () => {
  const tool: FunctionTool = { ...weather, isStrict: true, cache: { ttl: '5m' } };
  const [claude, point] = encodeFor(CLAUDE, { tools: [tool] }).body.toolConfig.tools;
  assert.equal(claude.toolSpec.strict, true);
  assert.deepEqual(point, { cachePoint: { type: 'default' } });
  for (const model of ['claude-opus-5', 'amazon.nova-pro-v1:0']) {
    const { body, losses } = encodeFor(model, { tools: [{ ...tool }] });
    assert.equal(body.toolConfig.tools[0].toolSpec.strict, undefined);
    assert.deepEqual(losses, []);
  }
  const nova = encodeFor('amazon.nova-pro-v1:0', { tools: [tool] }).body.toolConfig.tools;
  assert.equal(nova.length, 1);
});

const names = ['get_weather', 'get_time'];
const none: readonly string[] = [];

test('the choice between tools is said in Converse’s words', async (t) => {
  const rows: readonly (readonly [string, ToolChoice | undefined, object])[] = [
    [CLAUDE, undefined, { names, choice: undefined, lost: none }],
    [CLAUDE, { mode: 'auto' }, { names, choice: undefined, lost: none }],
    [CLAUDE, { mode: 'required' }, { names, choice: { any: {} }, lost: none }],
    [
      CLAUDE,
      { mode: 'tool', name: 'get_time' },
      { names, choice: { tool: { name: 'get_time' } }, lost: none },
    ],
    [CLAUDE, { mode: 'none' }, { names: undefined, choice: undefined, lost: none }],
    [
      CLAUDE,
      { mode: 'allowed', names: ['get_time'], isRequired: false },
      { names: ['get_time'], choice: undefined, lost: none },
    ],
    [
      CLAUDE,
      { mode: 'allowed', names: ['get_time'], isRequired: true },
      { names: ['get_time'], choice: { any: {} }, lost: none },
    ],
    [
      'mistral-large-2512',
      { mode: 'tool', name: 'get_time' },
      { names: ['get_time'], choice: { any: {} }, lost: none },
    ],
    ['llama-3.3-70b', { mode: 'required' }, { names, choice: undefined, lost: ['toolChoice'] }],
    ['claude-opus-5-5', { mode: 'required' }, { names, choice: undefined, lost: ['toolChoice'] }],
  ];
  for (const [model, choice, expected] of rows) {
    await t.test(`${model} ${JSON.stringify(choice)}`, () => {
      const { body: _, ...chosen } = choose(model, choice);
      assert.deepEqual(chosen, expected);
    });
  }
});

test('tools cannot be held back once the conversation holds calls', () => {
  const held = choose(CLAUDE, { mode: 'none' }, { messages: TOOL_TURNS });
  assert.deepEqual([held.names, held.lost], [names, ['toolChoice']]);
});

test('a conversation with calls needs tools; without any, stand-ins are offered and told of', () => {
  const { body, losses } = encodeFor(CLAUDE, { messages: TOOL_TURNS });
  assert.deepEqual(lost({ losses }), ['tools']);
  assert.deepEqual(body.toolConfig.tools, [
    { toolSpec: { name: 'get_weather', inputSchema: { json: { type: 'object' } } } },
  ]);
});

test('Claude can be kept to one call at a time, in words that stand for the choice', () => {
  const more = { parallelToolCalls: false };
  const auto = choose(CLAUDE, undefined, more);
  assert.deepEqual(auto.body.additionalModelRequestFields, {
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  });
  const forced = choose(CLAUDE, { mode: 'tool', name: 'get_time' }, more);
  assert.equal(forced.choice, undefined);
  assert.deepEqual(forced.body.additionalModelRequestFields, {
    tool_choice: { type: 'tool', name: 'get_time', disable_parallel_tool_use: true },
  });
  assert.deepEqual(choose('amazon.nova-pro-v1:0', undefined, more).lost, ['parallelToolCalls']);
  const object = choose('amazon.nova-pro-v1:0', { mode: 'tool', name: 'get_time' }, more);
  assert.deepEqual(object.lost, []);
  assert.deepEqual(encodeFor(CLAUDE, more).body.toolConfig, undefined);
  assert.deepEqual(lost(encodeFor('amazon.nova-pro-v1:0', more)), []);
});

test('tools of other kinds are lost, but for Nova’s own search', () => {
  const search = { type: 'hosted', origin: 'messages', name: 'web_search', value: {} } as const;
  const custom = { type: 'custom', name: 'sql' } as const;
  assert.deepEqual(lost(encodeFor(CLAUDE, { tools: [search, custom] })), [
    'hostedTools',
    'customTools',
  ]);
  const nova = encodeFor('amazon.nova-2-lite-v1:0', { tools: [search] });
  assert.deepEqual(nova.body.toolConfig.tools, [{ systemTool: { name: 'nova_grounding' } }]);
  assert.deepEqual(nova.losses, []);
});

test('a Claude that cannot stop thinking is not made to call tools', () => {
  assert.deepEqual(choose('claude-fable-5', { mode: 'required' }).lost, ['toolChoice']);
});

test('where Claude thinks unasked, a forced tool comes before thoughts', () => {
  const { body, choice, lost: losses } = choose('claude-sonnet-5', { mode: 'required' });
  assert.deepEqual(body.additionalModelRequestFields, { thinking: { type: 'disabled' } });
  assert.deepEqual([choice, losses], [{ any: {} }, []]);
});
