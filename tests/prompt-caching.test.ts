import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { jsonReply } from '@meridian/testkit';
import { type ServedModel, type Service, startService } from './support/service.ts';

const CLAUDE = 'claude-sonnet-4-6';
/** Longer than the shortest prefix that Claude caches. */
const INSTRUCTIONS = 'Answer as a careful clerk would, and quote the paragraph. '.repeat(200);
const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'look_up',
      description: 'Looks a paragraph up.',
      parameters: { type: 'object', properties: { number: { type: 'integer' } } },
    },
  },
] as const;

let service: Service;
let claude: ServedModel;
before(async () => {
  service = await startService();
  claude = await service.addModel({ name: CLAUDE, config: { provider_type: 'anthropic' } });
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(service);
  stack.use(claude);
});

/** An answer of Claude with this usage. */
function answered(usage: Readonly<Record<string, unknown>>): void {
  claude.upstream.enqueue(
    jsonReply({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: CLAUDE,
      content: [{ type: 'text', text: 'Yes.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 2, ...usage },
    }),
  );
}

async function ask(system: string, question: string, extra: object = {}) {
  const client = service.openai();
  const { data, response } = await client.chat.completions
    .create({
      model: CLAUDE,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: 'The first question.' },
        { role: 'assistant', content: 'The first answer.' },
        { role: 'user', content: question },
      ],
      tools: [...TOOLS],
      ...extra,
    })
    .withResponse();
  const sent = claude.upstream.requests.at(-1)?.body.toString('utf8') ?? '';
  const breakpoints = sent.split('"cache_control"').length - 1;
  return { data, breakpoints, requestId: response.headers.get('x-request-id') };
}

describe('a chat client of a Claude model', () => {
  test('gets breakpoints from the second time on that its prompt begins the same', async () => {
    answered({});
    assert.equal((await ask(INSTRUCTIONS, 'What is new?')).breakpoints, 0);
    answered({});
    const { breakpoints } = await ask(INSTRUCTIONS, 'And then?');
    assert.ok(breakpoints >= 2 && breakpoints <= 4, `${breakpoints} breakpoints`);
  });

  test('gets none for a prompt too short to be cached', async () => {
    for (let i = 0; i < 2; i++) {
      answered({});
      assert.equal((await ask('Be brief.', 'What is new?')).breakpoints, 0);
    }
  });

  test('keeps its own breakpoints and gets no others', async () => {
    const messages = [
      {
        role: 'system' as const,
        content: [
          { type: 'text' as const, text: INSTRUCTIONS, cache_control: { type: 'ephemeral' } },
        ],
      },
      { role: 'user' as const, content: 'What is new?' },
    ];
    for (let i = 0; i < 2; i++) {
      answered({});
      assert.equal((await ask('', '', { messages })).breakpoints, 1);
    }
  });

  test('sees and pays what was written to the cache and read from it, apart', async () => {
    answered({
      cache_creation_input_tokens: 300,
      cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
      cache_read_input_tokens: 1_000,
    });
    const { data, requestId } = await ask(INSTRUCTIONS, 'What does it cost?');
    const shown = data.usage as unknown as Record<string, unknown>;
    assert.equal(shown.prompt_tokens, 1_310);
    assert.equal(shown.cache_creation_tokens, 300);
    assert.equal(shown.cache_read_tokens, 1_000);
    assert.deepEqual(data.usage?.prompt_tokens_details?.cached_tokens, 1_000);
    const { usage } = await service.usageOf(requestId);
    assert.deepEqual(
      [usage.input, usage.cacheRead, usage.cacheWrite5m, usage.cacheWrite1h, usage.output],
      [10, 1_000, 200, 100, 2],
    );
  });
});
