import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message, Part } from '../neutral/parts.ts';
import type { Loss, NeutralRequest } from '../neutral/request.ts';
import { targetOf, written } from './request-world.ts';

const NEW = 'claude-opus-5';
const OLD = 'claude-sonnet-4-5';

const text = (value: string): Part => ({ type: 'text', text: value });
const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const assistant = (...parts: Part[]): Message => ({ role: 'assistant', parts });
const system = (...parts: Part[]): Message => ({ role: 'system', parts });
const call = (id: string, args = '{}'): Part => ({
  type: 'toolCall',
  id,
  name: 'f',
  arguments: args,
});
const result = (callId: string): Part => ({
  type: 'toolResult',
  callId,
  name: 'f',
  content: [{ type: 'text', text: 'ok' }],
});

function namesOf(losses: readonly Loss[]): string[] {
  return losses.map((loss) => {
    if ('ability' in loss) return loss.ability;
    return 'field' in loss ? loss.field : `${loss.message}.${loss.part}`;
  });
}

function messagesOf(messages: readonly Message[], model = OLD) {
  const { body, losses } = written({ messages }, model);
  return { system: body.system, messages: body.messages, losses: namesOf(losses) };
}

describe('the frame of a request', () => {
  test('has nothing but what is needed', () => {
    const { body, losses } = written({}, targetOf('up', { canonical: OLD, maxOutputTokens: 8000 }));
    assert.deepEqual(body, {
      model: 'up',
      max_tokens: 8000,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    assert.deepEqual(losses, []);
  });

  const bounds: readonly (readonly [number | undefined, object, number])[] = [
    [500, {}, 500],
    [90_000, { maxOutputTokens: 64_000 }, 64_000],
    [undefined, { outputBound: 700 }, 700],
    [undefined, { outputBound: 90_000, maxOutputTokens: 64_000 }, 64_000],
    [0, {}, 0],
  ];
  for (const [maxOutputTokens, target, expected] of bounds) {
    test(`bounds ${maxOutputTokens} by ${JSON.stringify(target)}`, () => {
      const request = maxOutputTokens === undefined ? {} : { maxOutputTokens };
      assert.equal(written(request, targetOf(OLD, target)).body.max_tokens, expected);
    });
  }

  test('bounds an unknown model as the least that is usual', () => {
    const { maxOutputTokens: _, ...target } = targetOf('deepseek-chat');
    assert.equal(written({}, target).body.max_tokens, 4096);
  });

  const rows: readonly (readonly [Partial<NeutralRequest>, object, readonly string[]])[] = [
    [{ isStream: true }, { stream: true }, []],
    [{ user: 'u' }, { metadata: { user_id: 'u' } }, []],
    [{ user: 'u'.repeat(300) }, { metadata: undefined }, []],
    [{ metadata: { a: 'b' }, promptCacheKey: 'k' }, { metadata: undefined }, []],
    [{ serviceTier: 'auto' }, { service_tier: 'auto' }, []],
    [{ serviceTier: 'priority' }, { service_tier: 'auto' }, []],
    [{ serviceTier: 'default' }, { service_tier: 'standard_only' }, []],
    [{ serviceTier: 'flex' }, { service_tier: undefined }, ['serviceTier']],
    [{ choices: 2 }, {}, ['choices']],
    [{ modalities: ['text'] }, {}, []],
    [{ modalities: ['text', 'audio'], audio: { voice: 'v', format: 'wav' } }, {}, ['modalities']],
    [{ verbosity: 'medium' }, {}, []],
    [{ verbosity: 'low' }, {}, ['verbosity']],
    [{ extras: [{ origin: 'messages', field: 'container', value: 'c' }] }, { container: 'c' }, []],
    [
      { extras: [{ origin: 'messages', field: 'output_config.task_budget', value: { total: 1 } }] },
      { output_config: { task_budget: { total: 1 } } },
      [],
    ],
    [
      { extras: [{ origin: 'gemini', field: 'safetySettings', value: [] }] },
      {},
      ['safetySettings'],
    ],
    [
      { extras: [{ origin: 'messages', field: 'messages.1.clear_at', value: 'x' }] },
      {},
      ['messages.1.clear_at'],
    ],
  ];
  for (const [request, fields, lost] of rows) {
    test(JSON.stringify(request).slice(0, 80), () => {
      const { body, losses } = written(request, OLD);
      for (const [field, value] of Object.entries(fields)) assert.deepEqual(body[field], value);
      assert.deepEqual(namesOf(losses), lost);
    });
  }
});

describe('instructions', () => {
  test('are one text where they are one', () => {
    const { system: given } = messagesOf([system(text('a')), user(text('b'))]);
    assert.equal(given, 'a');
  });

  test('are blocks where they are several or have a breakpoint', () => {
    const cached: Part = { type: 'text', text: 'b', cache: { ttl: '1h' } };
    const { system: given } = messagesOf([
      system(text('a')),
      { role: 'system', isDeveloper: true, parts: [cached] },
      user(text('c')),
    ]);
    assert.deepEqual(given, [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ]);
  });

  test('between the turns go to the front on models that take them only there', () => {
    const written = messagesOf([
      system(text('a')),
      user(text('b')),
      assistant(text('c')),
      system(text('d')),
      user(text('e')),
    ]);
    assert.deepEqual(written.system, [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'd' },
    ]);
    assert.deepEqual(written.losses, []);
  });

  test('between the turns stand behind the next user turn on models that take them there', () => {
    const { messages } = messagesOf(
      [user(text('b')), assistant(text('c')), system(text('d')), user(text('e'))],
      NEW,
    );
    assert.deepEqual(messages, [
      { role: 'user', content: 'b' },
      { role: 'assistant', content: 'c' },
      { role: 'user', content: 'e' },
      { role: 'system', content: 'd' },
    ]);
  });

  test('with no user turn to follow go to the front', () => {
    const written = messagesOf([user(text('b')), assistant(text('c')), system(text('d'))], OLD);
    assert.equal(written.system, 'd');
    const again = messagesOf(
      [user(text('a')), assistant(text('b')), user(text('c')), system(text('d'))],
      NEW,
    );
    assert.deepEqual((again.messages as unknown[]).at(-1), { role: 'system', content: 'd' });
  });

  test('alone are the question', () => {
    const { system: given, messages } = messagesOf([system(text('Write a haiku.'))]);
    assert.equal(given, undefined);
    assert.deepEqual(messages, [{ role: 'user', content: 'Write a haiku.' }]);
  });
});

describe('the turns', () => {
  test('of one role become one', () => {
    const { messages } = messagesOf([
      user(text('a')),
      user(text('b')),
      assistant(text('c')),
      assistant(call('c1')),
      user(result('c1')),
    ]);
    assert.deepEqual(messages, [
      { role: 'user', content: [text('a'), text('b')] },
      {
        role: 'assistant',
        content: [text('c'), { type: 'tool_use', id: 'c1', name: 'f', input: {} }],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'ok' }] },
    ]);
  });

  test('lose what is empty', () => {
    const { messages, losses } = messagesOf([
      user(text('a')),
      assistant(text(' ')),
      user(text(''), text('b')),
    ]);
    assert.deepEqual(messages, [{ role: 'user', content: [text('a'), text('b')] }]);
    assert.deepEqual(losses, []);
  });

  test('begin with the results that they hold', () => {
    const { messages } = messagesOf([
      user(text('a')),
      assistant(call('c1'), call('c2')),
      user(result('c1'), text('and now?'), result('c2')),
    ]);
    const content = (messages as { content: { type: string }[] }[])[2]?.content;
    assert.deepEqual(
      content?.map(({ type }) => type),
      ['tool_result', 'tool_result', 'text'],
    );
  });

  test('may end with the beginning of the answer on older models', () => {
    const { messages } = messagesOf([user(text('a')), assistant(text('The answer is (  \n'))]);
    assert.deepEqual((messages as unknown[]).at(-1), {
      role: 'assistant',
      content: 'The answer is (',
    });
  });

  test('may not end with the beginning of the answer on newer ones', () => {
    const { messages, losses } = messagesOf([user(text('a')), assistant(text('b'))], NEW);
    assert.deepEqual(messages, [{ role: 'user', content: 'a' }]);
    assert.deepEqual(losses, ['1.0']);
  });

  test('may end with a turn that the upstream paused', () => {
    const value = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const paused = assistant({ type: 'opaque', origin: 'messages', value });
    const { messages, losses } = messagesOf([user(text('a')), paused], NEW);
    assert.equal((messages as unknown[]).length, 2);
    assert.deepEqual(losses, []);
  });
});

describe('a part becomes a block', () => {
  const rows: readonly (readonly [Part, 'user' | 'assistant', object | string | undefined])[] = [
    [
      {
        type: 'image',
        source: { kind: 'data', data: 'QQ==', mediaType: 'image/gif' },
        detail: 'low',
      },
      'user',
      { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: 'QQ==' } },
    ],
    [
      { type: 'image', source: { kind: 'data', data: 'QQ==', mediaType: 'image/bmp' } },
      'user',
      undefined,
    ],
    [{ type: 'image', source: { kind: 'url', url: 'gs://a/b' } }, 'user', undefined],
    [{ type: 'image', source: { kind: 'file', id: 'f', origin: 'gemini' } }, 'user', undefined],
    [{ type: 'image', source: { kind: 'url', url: 'https://a/b' } }, 'assistant', undefined],
    [
      {
        type: 'file',
        source: { kind: 'data', data: 'YSxi', mediaType: 'text/csv' },
        name: 't.csv',
      },
      'user',
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'a,b' },
        title: 't.csv',
      },
    ],
    [
      { type: 'file', source: { kind: 'data', data: 'e30=', mediaType: 'application/json' } },
      'user',
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '{}' } },
    ],
    [
      { type: 'file', source: { kind: 'data', data: 'QQ==', mediaType: 'application/msword' } },
      'user',
      undefined,
    ],
    [
      { type: 'audio', source: { kind: 'data', data: 'QQ==', mediaType: 'audio/wav' } },
      'user',
      undefined,
    ],
    [
      {
        type: 'audio',
        source: { kind: 'data', data: 'QQ==', mediaType: 'audio/wav' },
        transcript: 'Hello',
      },
      'assistant',
      { type: 'text', text: 'Hello' },
    ],
    [{ type: 'video', source: { kind: 'url', url: 'https://a/b' } }, 'user', undefined],
    [{ type: 'refusal', text: 'No.' }, 'assistant', { type: 'text', text: 'No.' }],
    [{ type: 'opaque', origin: 'responses', value: {} }, 'assistant', undefined],
    [
      call('functions.f:0', '{"a":'),
      'assistant',
      { type: 'tool_use', id: 'functions_f_0', name: 'f', input: { INVALID_JSON: '{"a":' } },
    ],
    [
      call('c', '[1]'),
      'assistant',
      { type: 'tool_use', id: 'c', name: 'f', input: { INVALID_JSON: '[1]' } },
    ],
    [
      { type: 'toolCall', id: 'c', name: 'f', arguments: 'ls -l', isCustom: true },
      'assistant',
      { type: 'tool_use', id: 'c', name: 'f', input: { input: 'ls -l' } },
    ],
    [
      { type: 'toolResult', callId: 'c', name: 'f', content: [], isError: true },
      'user',
      { type: 'tool_result', tool_use_id: 'c', content: 'error', is_error: true },
    ],
    [
      {
        type: 'reasoning',
        text: 'hm',
        seal: { origin: 'messages', data: 's' },
      },
      'assistant',
      { type: 'thinking', thinking: 'hm', signature: 's' },
    ],
  ];
  for (const [part, role, block] of rows) {
    test(`${role} ${JSON.stringify(part).slice(0, 90)}`, () => {
      const turn: Message = { role, parts: [text('x'), part] };
      const messages = role === 'user' ? [turn] : [user(text('a')), turn, user(text('b'))];
      const { body, losses } = written({ messages }, OLD);
      const [content] = (body.messages as { role: string; content: unknown }[])
        .filter((message) => message.role === role)
        .map((message) => message.content);
      const index = role === 'user' ? 0 : 1;
      assert.deepEqual(namesOf(losses), block === undefined ? [`${index}.1`] : []);
      const blocks = Array.isArray(content) ? content : [text(String(content))];
      const results = (block as { type?: string } | undefined)?.type === 'tool_result';
      const expected = block === undefined ? [] : [block];
      assert.deepEqual(blocks, results ? [...expected, text('x')] : [text('x'), ...expected]);
    });
  }

  test('thoughts of other makers are let go', () => {
    const seal = { origin: 'responses' as const, data: 's' };
    const turn = assistant({ type: 'reasoning', text: 'hm', seal }, text('b'));
    const { messages, losses } = messagesOf([user(text('a')), turn, user(text('c'))]);
    assert.deepEqual((messages as unknown[])[1], { role: 'assistant', content: 'b' });
    assert.deepEqual(losses, []);
  });

  test('ids of calls stay together and apart', () => {
    const { messages } = messagesOf([
      user(text('a')),
      assistant(call('f:1'), call('f.1')),
      user(result('f:1'), result('f.1')),
    ]);
    const [, calls, results] = messages as { content: Record<string, string>[] }[];
    assert.deepEqual(
      calls?.content.map(({ id }) => id),
      ['f_1', 'f_1_2'],
    );
    assert.deepEqual(
      results?.content.map((block) => block.tool_use_id),
      ['f_1', 'f_1_2'],
    );
  });

  test('a result with a part that cannot be sent loses that part', () => {
    const content = [
      { type: 'text' as const, text: 'a' },
      {
        type: 'image' as const,
        source: { kind: 'data' as const, data: 'Q', mediaType: 'image/tiff' },
      },
    ];
    const bad: Part = { type: 'toolResult', callId: 'c', name: 'f', content };
    const { losses } = messagesOf([user(text('a')), assistant(call('c')), user(bad)]);
    assert.deepEqual(losses, ['2.0']);
  });
});

test('more breakpoints than are allowed lose the first ones', () => {
  const cached = (value: string): Part => ({ type: 'text', text: value, cache: { ttl: '5m' } });
  const { body } = written(
    {
      messages: [system(cached('a')), user(cached('b'), cached('c'), cached('d'), cached('e'))],
    },
    OLD,
  );
  assert.equal(body.system, 'a');
  assert.equal(JSON.stringify(body).split('cache_control').length - 1, 4);
});
