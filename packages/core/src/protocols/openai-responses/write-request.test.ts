import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message, Part } from '../neutral/parts.ts';
import type { Loss, NeutralRequest } from '../neutral/request.ts';
import type { WireTarget } from '../wire.ts';
import { responsesUpstream } from './index.ts';

const TARGET: WireTarget = { model: 'up', canonical: 'gpt-5.1', includeUsage: true };
const HI: Message = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };

interface Body {
  input: Record<string, unknown>[];
  tools?: unknown[];
  [field: string]: unknown;
}

function write(
  request: Partial<NeutralRequest>,
  target: Partial<WireTarget> = {},
): { body: Body; losses: readonly Loss[] } {
  const whole: NeutralRequest = {
    messages: [HI],
    tools: [],
    sampling: {},
    choices: 1,
    isStream: false,
    extras: [],
    ...request,
  };
  const { body, losses } = responsesUpstream.encodeRequest(whole, { ...TARGET, ...target });
  return { body: JSON.parse(body.toString()) as Body, losses };
}

const writeParts = (role: Message['role'], ...parts: Part[]) => {
  const { body, losses } = write({ messages: [{ role, parts }] });
  return { items: body.input, losses };
};

describe('a plain request', () => {
  test('is stored nowhere, and reasoning comes encrypted from models that reason', () => {
    assert.deepEqual(write({}).body, {
      model: 'up',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
      stream: false,
      store: false,
      include: ['reasoning.encrypted_content'],
    });
  });

  test('does not ask other models for reasoning, which they refuse', () => {
    assert.equal(write({}, { canonical: 'gpt-4.1' }).body.include, undefined);
    assert.equal(write({}, { canonical: 'gpt-5-chat-latest' }).body.include, undefined);
    assert.equal(write({}, { abilities: new Set(['tools']) }).body.include, undefined);
    const known = { canonical: 'grok-9', abilities: new Set(['reasoning']) };
    assert.deepEqual(write({}, known).body.include, ['reasoning.encrypted_content']);
  });

  test('has the bound that the balance dictates where it sets none itself', () => {
    assert.equal(write({}, { outputBound: 50 }).body.max_output_tokens, 50);
    const own = write({ maxOutputTokens: 9 }, { outputBound: 50 });
    assert.equal(own.body.max_output_tokens, 9);
  });
});

describe('what the wire cannot say is a loss', () => {
  const LOST: readonly (readonly [string, Partial<NeutralRequest>])[] = [
    ['topK', { sampling: { topK: 1 } }],
    ['seed', { sampling: { seed: 0 } }],
    ['presencePenalty', { sampling: { presencePenalty: 0.1 } }],
    ['frequencyPenalty', { sampling: { frequencyPenalty: -1 } }],
    ['stop', { sampling: { stop: ['x'] } }],
    ['logitBias', { sampling: { logitBias: { 5: 1 } } }],
    ['choices', { choices: 2 }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['audio', { audio: { voice: 'alloy', format: 'mp3' } }],
    [
      'hostedTools',
      { tools: [{ type: 'hosted', origin: 'gemini', name: 'codeExecution', value: {} }] },
    ],
  ];
  for (const [ability, request] of LOST) {
    test(ability, () => {
      const { losses } = write(request);
      assert.deepEqual(
        losses.map((loss) => 'ability' in loss && loss.ability),
        [ability],
      );
      assert.ok(losses.every(({ reason }) => reason.length > 5));
    });
  }

  test('a field of another wire, by its name', () => {
    const extras = [{ origin: 'gemini' as const, field: 'safetySettings', value: [] }];
    assert.deepEqual(
      write({ extras }).losses.map((loss) => 'field' in loss && loss.field),
      ['safetySettings'],
    );
  });

  test('but nothing is lost that asks for nothing', () => {
    const sampling = { presencePenalty: 0, frequencyPenalty: 0, stop: [], logitBias: {} };
    assert.deepEqual(write({ sampling, modalities: ['text'] }).losses, []);
  });

  const PARTS: readonly (readonly [string, Message['role'], Part])[] = [
    ['a video', 'user', { type: 'video', source: { kind: 'url', url: 'https://example.com/v' } }],
    ['audio at a URL', 'user', { type: 'audio', source: { kind: 'url', url: 'https://e.com/a' } }],
    [
      'audio in a format that is not taken',
      'user',
      { type: 'audio', source: { kind: 'data', data: 'A', mediaType: 'audio/flac' } },
    ],
    [
      'a file of another vendor',
      'user',
      { type: 'file', source: { kind: 'file', id: 'f', origin: 'messages' } },
    ],
    [
      'an image of another vendor',
      'user',
      { type: 'image', source: { kind: 'file', id: 'f', origin: 'gemini' } },
    ],
    [
      'the wish for citations',
      'user',
      {
        type: 'file',
        source: { kind: 'url', url: 'https://example.com/a.pdf' },
        wantsCitations: true,
      },
    ],
    [
      'an image that another model drew',
      'assistant',
      { type: 'image', source: { kind: 'data', data: 'A', mediaType: 'image/png' } },
    ],
    ['another vendor’s part', 'assistant', { type: 'opaque', origin: 'messages', value: {} }],
    [
      'a foreign file in the result of a tool',
      'user',
      {
        type: 'toolResult',
        callId: 'c',
        name: 'f',
        content: [{ type: 'image', source: { kind: 'file', id: 'f', origin: 'gemini' } }],
      },
    ],
  ];
  for (const [what, role, part] of PARTS) {
    test(what, () => {
      const { losses } = writeParts(role, { type: 'text', text: 'A' }, part);
      assert.equal(losses.length, 1);
      assert.ok(losses[0] && 'part' in losses[0]);
      assert.equal(losses[0].message, 0);
      assert.equal(losses[0].part, 1);
    });
  }
});

describe('messages', () => {
  test('are items in their order', () => {
    const { items } = writeParts(
      'assistant',
      { type: 'text', text: 'A' },
      { type: 'refusal', text: 'B' },
      { type: 'toolCall', id: 'c1', name: 'f', arguments: '{}' },
      { type: 'toolCall', id: 'c2', name: 'g', arguments: 'free', isCustom: true },
      { type: 'text', text: 'C' },
    );
    assert.deepEqual(items, [
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'A', annotations: [] },
          { type: 'refusal', refusal: 'B' },
        ],
      },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'g', input: 'free' },
      {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'C', annotations: [] }],
      },
    ]);
  });

  test('of results are texts where they can be, lists where they must', () => {
    const result = { type: 'toolResult', callId: 'c', name: 'f' } as const;
    const image = { type: 'image', source: { kind: 'url', url: 'https://e.com/a' } } as const;
    const { items } = writeParts(
      'user',
      { ...result, content: [{ type: 'text', text: 'A' }] },
      { ...result, content: [], isError: true },
      { ...result, content: [image], isCustom: true },
      { type: 'text', text: 'And?' },
    );
    assert.deepEqual(items, [
      { type: 'function_call_output', call_id: 'c', output: 'A' },
      { type: 'function_call_output', call_id: 'c', output: '' },
      {
        type: 'custom_tool_call_output',
        call_id: 'c',
        output: [{ type: 'input_image', image_url: 'https://e.com/a' }],
      },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'And?' }] },
    ]);
  });

  test('have ids of calls that are short enough, the same in call and result', () => {
    const id = `call_${'x'.repeat(80)}`;
    const { body } = write({
      messages: [
        { role: 'assistant', parts: [{ type: 'toolCall', id, name: 'f', arguments: '{}' }] },
        { role: 'user', parts: [{ type: 'toolResult', callId: id, name: 'f', content: [] }] },
      ],
    });
    const [called, result] = body.input.map((item) => String(item.call_id));
    assert.equal(called, result);
    assert.ok(called && called.length <= 64);
  });

  test('have thoughts only where this vendor sealed them, and without the id of a stored item', () => {
    const { items, losses } = writeParts(
      'assistant',
      { type: 'reasoning', text: 'Hm', seal: { origin: 'responses', data: 'gA', id: 'rs_1' } },
      { type: 'reasoning', text: 'Hm', seal: { origin: 'messages', data: 'sig' } },
      { type: 'reasoning', text: 'Hm' },
      {
        type: 'toolCall',
        id: 'c',
        name: 'f',
        arguments: '{}',
        seal: { origin: 'gemini', data: 'x' },
      },
    );
    assert.deepEqual(items, [
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'Hm' }],
        encrypted_content: 'gA',
      },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    ]);
    assert.deepEqual(losses, []);
  });

  test('say developer and system as the client did', () => {
    const parts = [{ type: 'text', text: 'A' }] as const;
    const { body } = write({
      messages: [{ role: 'system', parts }, { role: 'system', parts, isDeveloper: true }, HI],
    });
    assert.deepEqual(
      body.input.map(({ role }) => role),
      ['system', 'developer', 'user'],
    );
  });

  test('mark breakpoints of the cache for models that know them', () => {
    const parts = [{ type: 'text', text: 'A', cache: { ttl: '1h' } }] as const;
    const content = (canonical: string): unknown => {
      const { body } = write({ messages: [{ role: 'user', parts }] }, { canonical });
      return (body.input[0]?.content as unknown[] | undefined)?.[0];
    };
    assert.deepEqual(content('gpt-5.6-sol'), {
      type: 'input_text',
      text: 'A',
      prompt_cache_breakpoint: { mode: 'explicit' },
    });
    assert.deepEqual(content('gpt-5.1'), { type: 'input_text', text: 'A' });
  });

  test('of chat clients may refer to the vendor’s files', () => {
    const source = { kind: 'file', id: 'file-1', origin: 'chat' } as const;
    const { items, losses } = writeParts('user', { type: 'file', source });
    assert.deepEqual(items[0]?.content, [{ type: 'input_file', file_id: 'file-1' }]);
    assert.deepEqual(losses, []);
  });
});

describe('tools', () => {
  test('are not strict unless they say so, and always have parameters', () => {
    const parameters = { type: 'object' };
    const { body } = write({
      tools: [
        { type: 'function', name: 'f', parameters },
        { type: 'function', name: 'g', description: 'G', isStrict: true },
      ],
    });
    assert.deepEqual(body.tools, [
      { type: 'function', name: 'f', parameters, strict: false },
      {
        type: 'function',
        name: 'g',
        description: 'G',
        parameters: { type: 'object', properties: {} },
        strict: true,
      },
    ]);
  });

  test('have their grammar beside the type, also where a chat client nested it', () => {
    const flat = { type: 'grammar', syntax: 'lark', definition: 'start: "a"' };
    const nested = { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } };
    const { body } = write({
      tools: [
        { type: 'custom', name: 'a', format: flat },
        { type: 'custom', name: 'b', format: nested },
      ],
    });
    assert.deepEqual(
      body.tools?.map((tool) => (tool as { format: unknown }).format),
      [flat, flat],
    );
  });

  test('of other vendors that search the web are this one’s search', () => {
    const value = {
      type: 'web_search_20250305',
      max_uses: 3,
      allowed_domains: ['example.com'],
      user_location: { type: 'approximate', country: 'PT' },
    };
    const tool = { type: 'hosted', origin: 'messages', name: 'web_search', value } as const;
    const { body, losses } = write({
      tools: [tool],
      toolChoice: { mode: 'tool', name: 'web_search' },
    });
    assert.deepEqual(body.tools, [
      {
        type: 'web_search',
        filters: { allowed_domains: ['example.com'] },
        user_location: { type: 'approximate', country: 'PT' },
      },
    ]);
    assert.deepEqual(body.tool_choice, { type: 'web_search' });
    assert.deepEqual(losses, []);
    const blocked = { ...tool, value: { blocked_domains: ['example.com'] } };
    assert.equal(write({ tools: [blocked] }).losses.length, 1);
  });
});

describe('reasoning', () => {
  const reasoningOf = (reasoning: NeutralRequest['reasoning'], canonical = 'gpt-5.1') =>
    write({ ...(reasoning && { reasoning }), maxOutputTokens: 10_000 }, { canonical }).body
      .reasoning;

  test('is asked for by effort, also where the client gave a budget', () => {
    assert.deepEqual(reasoningOf({ effort: 'high' }), { effort: 'high' });
    assert.deepEqual(reasoningOf({ budget: 5_000 }), { effort: 'medium' });
    assert.deepEqual(reasoningOf({ budget: 0 }), { effort: 'none' });
    assert.equal(reasoningOf({ budget: -1 }), undefined);
    assert.equal(reasoningOf({ isAdaptive: true }), undefined);
  });

  test('has the nearest effort that the model knows', () => {
    assert.deepEqual(reasoningOf({ effort: 'max' }, 'o3'), { effort: 'high' });
    assert.deepEqual(reasoningOf({ effort: 'none' }, 'gpt-5'), { effort: 'minimal' });
    assert.deepEqual(reasoningOf({ effort: 'max' }, 'somebody-elses'), { effort: 'max' });
  });

  test('is shown as a summary where thoughts are wanted', () => {
    assert.deepEqual(reasoningOf({ isShown: true }), { summary: 'auto' });
    assert.deepEqual(reasoningOf({ effort: 'low', summary: 'detailed' }), {
      effort: 'low',
      summary: 'detailed',
    });
    assert.deepEqual(reasoningOf({ effort: 'low', isShown: false }), { effort: 'low' });
  });

  test('that is switched off asks nothing of a model without any', () => {
    assert.equal(reasoningOf({ budget: 0 }, 'gpt-4.1'), undefined);
    assert.equal(reasoningOf({ isShown: true }, 'gpt-4.1'), undefined);
  });
});
