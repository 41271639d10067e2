import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message, Part } from '../neutral/parts.ts';
import type { Loss, NeutralRequest } from '../neutral/request.ts';
import type { WireTarget } from '../wire.ts';
import { writeGeminiRequest } from './write-request.ts';

const NEWEST: WireTarget = {
  model: 'gemini-3.8-flash',
  canonical: 'gemini-3.8-flash',
  includeUsage: true,
};
const of = (model: string, more: Partial<WireTarget> = {}): WireTarget => ({
  ...NEWEST,
  model,
  canonical: model,
  ...more,
});
const FLASH_25 = of('gemini-2.5-flash');
const FLASH_20 = of('gemini-2.0-flash');

const text = (value: string): Part => ({ type: 'text', text: value });
const HI: NeutralRequest = {
  messages: [{ role: 'user', parts: [text('Hi')] }],
  tools: [],
  sampling: {},
  choices: 1,
  isStream: false,
  extras: [],
};

// biome-ignore lint/suspicious/noExplicitAny: bodies are looked into freely here.
type Body = any;

function write(request: Partial<NeutralRequest>, target = NEWEST): { body: Body; losses: Loss[] } {
  const { body, losses } = writeGeminiRequest({ ...HI, ...request }, target);
  return { body: JSON.parse(body.toString()), losses: [...losses] };
}

const contentsOf = (messages: readonly Message[], target = NEWEST): Body =>
  write({ messages }, target).body.contents;
const lostAbilities = ({ losses }: { losses: Loss[] }) =>
  losses.map((loss) => ('ability' in loss ? loss.ability : '?'));

test('a plain request says nothing else', () => {
  assert.deepEqual(write({}), {
    body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    losses: [],
  });
});

describe('messages', () => {
  test('instructions go in front, wherever they stood', () => {
    const { body, losses } = write({
      messages: [
        { role: 'system', parts: [text('Be kind.')] },
        { role: 'user', parts: [text('Hi')] },
        { role: 'system', isDeveloper: true, parts: [text('Be brief.')] },
      ],
    });
    assert.deepEqual(body.systemInstruction, {
      parts: [{ text: 'Be kind.' }, { text: 'Be brief.' }],
    });
    assert.equal(body.contents.length, 1);
    assert.deepEqual(losses, []);
  });

  test('instructions alone are said by the user', () => {
    const { body } = write({ messages: [{ role: 'system', parts: [text('Say hello.')] }] });
    assert.deepEqual(body, { contents: [{ role: 'user', parts: [{ text: 'Say hello.' }] }] });
  });

  test('Gemma hears instructions from the user', () => {
    const { body } = write(
      {
        messages: [
          { role: 'system', parts: [text('Be kind.')] },
          { role: 'user', parts: [text('Hi')] },
          { role: 'assistant', parts: [text('Ho')] },
        ],
      },
      of('gemma-4-31b'),
    );
    assert.equal(body.systemInstruction, undefined);
    assert.deepEqual(body.contents, [
      { role: 'user', parts: [{ text: 'Be kind.' }, { text: 'Hi' }] },
      { role: 'model', parts: [{ text: 'Ho' }] },
    ]);
  });

  test('turns alternate, and results come before what else the user says', () => {
    const result = (callId: string): Part => ({
      type: 'toolResult',
      callId,
      name: 'f',
      content: [{ type: 'text', text: 'ok' }],
    });
    const contents = contentsOf([
      { role: 'user', parts: [text('a')] },
      { role: 'user', parts: [text('b')] },
      { role: 'assistant', parts: [text('c')] },
      { role: 'assistant', parts: [{ type: 'toolCall', id: '1', name: 'f', arguments: '{}' }] },
      { role: 'user', parts: [result('1')] },
      { role: 'user', parts: [text('d'), result('2')] },
    ]);
    assert.deepEqual(
      contents.map((content: Body) => content.role),
      ['user', 'model', 'user'],
    );
    assert.deepEqual(
      contents[2].parts.map((part: Body) => Object.keys(part)[0]),
      ['functionResponse', 'functionResponse', 'text'],
    );
  });

  test('empty text is left out, but for the seal that it carries', () => {
    const seal = { origin: 'gemini', data: 'sig' } as const;
    const contents = contentsOf([
      { role: 'user', parts: [text(''), text('a')] },
      { role: 'assistant', parts: [text('')] },
      { role: 'assistant', parts: [{ type: 'text', text: '', seal }] },
    ]);
    assert.deepEqual(contents, [
      { role: 'user', parts: [{ text: 'a' }] },
      { role: 'model', parts: [{ text: '', thoughtSignature: 'sig' }] },
    ]);
  });

  test('only seals of its own reach Gemini', () => {
    const parts = (origin: 'gemini' | 'messages'): Part[] => [
      { type: 'reasoning', text: 'hm', seal: { origin, data: 'sig' } },
      { type: 'reasoning', text: '', seal: { origin, data: 'sig' } },
      { type: 'toolCall', id: '1', name: 'f', arguments: '{}', seal: { origin, data: 'sig' } },
    ];
    const written = (origin: 'gemini' | 'messages') =>
      contentsOf([{ role: 'assistant', parts: parts(origin) }])[0].parts;
    assert.deepEqual(written('gemini'), [
      { text: 'hm', thought: true, thoughtSignature: 'sig' },
      { text: '', thought: true, thoughtSignature: 'sig' },
      { functionCall: { id: '1', name: 'f', args: {} }, thoughtSignature: 'sig' },
    ]);
    assert.deepEqual(written('messages'), [
      { text: 'hm', thought: true },
      {
        functionCall: { id: '1', name: 'f', args: {} },
        thoughtSignature: 'skip_thought_signature_validator',
      },
    ]);
  });

  test('the stand-in goes to the first call of a step, and to models that ask for it', () => {
    const call = (id: string): Part => ({ type: 'toolCall', id, name: 'f', arguments: '{}' });
    const messages: Message[] = [{ role: 'assistant', parts: [text('a'), call('1'), call('2')] }];
    const signatures = (target: WireTarget) =>
      contentsOf(messages, target)[0].parts.map(
        (part: Body) => part.thoughtSignature !== undefined,
      );
    assert.deepEqual(signatures(NEWEST), [false, true, false]);
    assert.deepEqual(signatures(FLASH_25), [false, false, false]);
  });

  test('Vertex AI gets no ids of calls', () => {
    const messages: Message[] = [
      { role: 'assistant', parts: [{ type: 'toolCall', id: '1', name: 'f', arguments: '{}' }] },
      { role: 'user', parts: [{ type: 'toolResult', callId: '1', name: 'f', content: [] }] },
    ];
    const [call, result] = contentsOf(messages, of('gemini-2.5-pro', { isVertex: true }));
    assert.deepEqual(call.parts, [{ functionCall: { name: 'f', args: {} } }]);
    assert.deepEqual(result.parts, [{ functionResponse: { name: 'f', response: {} } }]);
  });

  const args: readonly (readonly [string, unknown])[] = [
    ['', {}],
    [' {"a":1} ', { a: 1 }],
    ['[1]', { input: '[1]' }],
    ['{"a":', { input: '{"a":' }],
  ];
  for (const [given, expected] of args) {
    test(`arguments ${JSON.stringify(given)} become an object`, () => {
      const call = { type: 'toolCall', id: '1', name: 'f', arguments: given } as const;
      const [{ parts }] = contentsOf([{ role: 'assistant', parts: [call] }]);
      assert.deepEqual(parts[0].functionCall.args, expected);
    });
  }

  test('long numbers in arguments keep their digits', () => {
    const call = {
      type: 'toolCall',
      id: '1',
      name: 'f',
      arguments: '{"id":12345678901234567890}',
    } as const;
    const { body } = writeGeminiRequest(
      { ...HI, messages: [{ role: 'assistant', parts: [call] }] },
      NEWEST,
    );
    assert.ok(body.includes('"args":{"id":12345678901234567890}'));
  });

  const responses: readonly (readonly [string, boolean, unknown])[] = [
    ['sunny', false, { output: 'sunny' }],
    ['{"sky":"clear"}', false, { sky: 'clear' }],
    ['{ "sky": "clear" }', false, { output: '{ "sky": "clear" }' }],
    ['{"output":"x"}', false, { output: '{"output":"x"}' }],
    ['[1]', false, { output: '[1]' }],
    ['no such city', true, { error: 'no such city' }],
  ];
  for (const [given, isError, expected] of responses) {
    test(`the result ${given}`, () => {
      const part: Part = {
        type: 'toolResult',
        callId: '1',
        name: 'f',
        content: [{ type: 'text', text: given }],
        isError,
      };
      const [{ parts }] = contentsOf([{ role: 'user', parts: [part] }]);
      assert.deepEqual(parts, [{ functionResponse: { id: '1', name: 'f', response: expected } }]);
    });
  }

  test('media of results are inside from Gemini 3 on, behind before', () => {
    const source = { kind: 'data', data: 'AAAA', mediaType: 'image/png' } as const;
    const part: Part = {
      type: 'toolResult',
      callId: '1',
      name: 'f',
      content: [
        { type: 'text', text: 'seen' },
        { type: 'image', source },
      ],
    };
    const inline = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
    const written = (target: WireTarget) =>
      contentsOf([{ role: 'user', parts: [part, part] }], target)[0].parts;
    const response = { id: '1', name: 'f', response: { output: 'seen' } };
    const inside = { functionResponse: { ...response, parts: [inline] } };
    assert.deepEqual(written(NEWEST), [inside, inside]);
    const bare = { functionResponse: response };
    assert.deepEqual(written(FLASH_25), [bare, bare, inline, inline]);
  });

  test('what the assistant refused is what it said', () => {
    const [{ parts }] = contentsOf([
      { role: 'assistant', parts: [{ type: 'refusal', text: 'No.' }] },
    ]);
    assert.deepEqual(parts, [{ text: 'No.' }]);
  });
});

describe('media', () => {
  const media: readonly (readonly [Part, WireTarget, unknown])[] = [
    [
      { type: 'file', source: { kind: 'data', data: 'AA', mediaType: 'application/pdf' } },
      NEWEST,
      { inlineData: { mimeType: 'application/pdf', data: 'AA' } },
    ],
    [
      { type: 'image', source: { kind: 'url', url: 'https://a.example/b.webp?c=d' } },
      NEWEST,
      { fileData: { mimeType: 'image/webp', fileUri: 'https://a.example/b.webp?c=d' } },
    ],
    [
      { type: 'image', source: { kind: 'url', url: 'https://a.example/b' } },
      FLASH_25,
      { fileData: { mimeType: 'image/jpeg', fileUri: 'https://a.example/b' } },
    ],
    [
      { type: 'video', source: { kind: 'url', url: 'https://www.youtube.com/watch?v=x' } },
      FLASH_20,
      { fileData: { mimeType: 'video/mp4', fileUri: 'https://www.youtube.com/watch?v=x' } },
    ],
    [
      { type: 'audio', source: { kind: 'url', url: 'gs://b/c.mp3' } },
      FLASH_20,
      { fileData: { mimeType: 'audio/mp3', fileUri: 'gs://b/c.mp3' } },
    ],
    [
      {
        type: 'file',
        source: { kind: 'file', id: 'files/x', origin: 'gemini', mediaType: 'text/csv' },
      },
      FLASH_20,
      { fileData: { mimeType: 'text/csv', fileUri: 'files/x' } },
    ],
    [
      {
        type: 'audio',
        source: { kind: 'file', id: 'a1', origin: 'chat' },
        transcript: 'Ahoy.',
      },
      NEWEST,
      { text: 'Ahoy.' },
    ],
  ];
  for (const [part, target, expected] of media) {
    test(`${JSON.stringify(part)} for ${target.model}`, () => {
      const { body, losses } = write({ messages: [{ role: 'user', parts: [part] }] }, target);
      assert.deepEqual(body.contents[0].parts, [expected]);
      assert.deepEqual(losses, []);
    });
  }

  const lost: readonly (readonly [Part, WireTarget, RegExp])[] = [
    [
      { type: 'image', source: { kind: 'file', id: 'file-1', origin: 'chat' } },
      NEWEST,
      /another provider/,
    ],
    [
      { type: 'image', source: { kind: 'url', url: 'http://a.example/b.png' } },
      NEWEST,
      /https and gs/,
    ],
    [
      { type: 'image', source: { kind: 'url', url: 'https://a.example/b.png' } },
      FLASH_20,
      /reads no URLs/,
    ],
    [
      { type: 'audio', source: { kind: 'url', url: 'https://a.example/b.mp3' } },
      NEWEST,
      /no audio from the web/,
    ],
    [{ type: 'opaque', origin: 'messages', value: {} }, NEWEST, /'messages'/],
    [
      {
        type: 'file',
        source: { kind: 'data', data: 'AA', mediaType: 'application/pdf' },
        wantsCitations: true,
      },
      NEWEST,
      /does not cite/,
    ],
    [
      {
        type: 'toolResult',
        callId: '1',
        name: 'f',
        content: [{ type: 'image', source: { kind: 'url', url: 'http://a.example/b.png' } }],
      },
      NEWEST,
      /https and gs/,
    ],
  ];
  for (const [part, target, reason] of lost) {
    test(`${JSON.stringify(part)} is lost on ${target.model}`, () => {
      const messages: Message[] = [
        { role: 'user', parts: [text('a')] },
        { role: 'user', parts: [text('b'), part] },
      ];
      const { losses } = write({ messages }, target);
      assert.equal(losses.length, 1);
      const [loss] = losses;
      assert.ok(loss && 'message' in loss);
      assert.deepEqual([loss.message, loss.part], [1, 1]);
      assert.match(loss.reason, reason);
    });
  }

  test('instructions that are no text are lost', () => {
    const image: Part = {
      type: 'image',
      source: { kind: 'data', data: 'AA', mediaType: 'image/png' },
    };
    const { losses } = write({
      messages: [
        { role: 'system', parts: [image] },
        { role: 'user', parts: [text('a')] },
      ],
    });
    assert.deepEqual(losses, [
      { message: 0, part: 0, reason: 'instructions to Gemini are text only' },
    ]);
  });
});

describe('tools', () => {
  const schema = { type: 'object', properties: { city: { type: 'string', format: 'uuid' } } };
  const tool = { type: 'function', name: 'f', description: 'Does', parameters: schema } as const;

  test('functions in JSON Schema, or in Google’s own for older models', () => {
    assert.deepEqual(write({ tools: [tool] }).body.tools, [
      { functionDeclarations: [{ name: 'f', description: 'Does', parametersJsonSchema: schema }] },
    ]);
    assert.deepEqual(write({ tools: [tool] }, FLASH_20).body.tools, [
      {
        functionDeclarations: [
          {
            name: 'f',
            description: 'Does',
            parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } },
          },
        ],
      },
    ]);
  });

  test('older models are told of no parameters by saying nothing', () => {
    const bare = { type: 'function', name: 'f', parameters: { type: 'object' } } as const;
    assert.deepEqual(write({ tools: [bare] }, FLASH_20).body.tools, [
      { functionDeclarations: [{ name: 'f' }] },
    ]);
  });

  const choices = [
    [{ mode: 'auto' }, { mode: 'AUTO' }],
    [{ mode: 'none' }, { mode: 'NONE' }],
    [{ mode: 'required' }, { mode: 'ANY' }],
    [
      { mode: 'tool', name: 'f' },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
    [
      { mode: 'allowed', names: ['f', 'g'], isRequired: true },
      { mode: 'ANY', allowedFunctionNames: ['f', 'g'] },
    ],
    [
      { mode: 'allowed', names: ['f'], isRequired: false },
      { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
    ],
  ] as const;
  for (const [toolChoice, expected] of choices) {
    test(`the choice ${JSON.stringify(toolChoice)}`, () => {
      const { body } = write({ tools: [tool], toolChoice });
      assert.deepEqual(body.toolConfig, { functionCallingConfig: expected });
      assert.equal(write({ toolChoice }).body.toolConfig, undefined);
    });
  }

  test('strict tools are validated', () => {
    const strict = { ...tool, isStrict: true };
    assert.deepEqual(write({ tools: [strict] }).body.toolConfig, {
      functionCallingConfig: { mode: 'VALIDATED' },
    });
    assert.equal(write({ tools: [strict] }, FLASH_20).body.toolConfig, undefined);
  });

  const search = { type: 'hosted', origin: 'messages', name: 'web_search', value: {} } as const;
  const own = {
    type: 'hosted',
    origin: 'gemini',
    name: 'codeExecution',
    value: { codeExecution: {} },
  } as const;

  test('a search of others is Google’s own, its own tools are as they were', () => {
    assert.deepEqual(write({ tools: [search, own] }).body.tools, [
      { googleSearch: {} },
      { codeExecution: {} },
    ]);
  });

  test('its tools beside functions: the Gemini API wants a flag, older models cannot', () => {
    const both = { tools: [tool, search] };
    assert.deepEqual(write(both).body.toolConfig, { includeServerSideToolInvocations: true });
    const vertex = write(both, of('gemini-3.8-flash', { isVertex: true }));
    assert.equal(vertex.body.toolConfig, undefined);
    assert.equal(vertex.body.tools.length, 2);
    const older = write(both, FLASH_25);
    assert.deepEqual(lostAbilities(older), ['hostedTools']);
    assert.equal(older.body.tools.length, 1);
  });

  test('what it has not is lost', () => {
    const losses = lostAbilities(
      write({
        tools: [
          { type: 'custom', name: 'c' },
          { type: 'hosted', origin: 'responses', name: 'computer', value: {} },
        ],
        parallelToolCalls: false,
      }),
    );
    assert.deepEqual(losses.sort(), ['customTools', 'hostedTools', 'parallelToolCalls']);
    assert.deepEqual(write({ parallelToolCalls: true }).losses, []);
  });
});

describe('generationConfig', () => {
  const config = (request: Partial<NeutralRequest>, target = NEWEST) =>
    write(request, target).body.generationConfig;

  test('numbers that steer the choice of tokens', () => {
    const sampling = {
      temperature: 0,
      topP: 0.5,
      topK: 3,
      seed: -5,
      presencePenalty: 1,
      frequencyPenalty: -1,
      stop: ['a'],
      logprobs: true,
      topLogprobs: 2,
    };
    assert.deepEqual(config({ sampling, choices: 2, maxOutputTokens: 10 }), {
      temperature: 0,
      topP: 0.5,
      topK: 3,
      seed: -5,
      presencePenalty: 1,
      frequencyPenalty: -1,
      stopSequences: ['a'],
      responseLogprobs: true,
      logprobs: 2,
      maxOutputTokens: 10,
      candidateCount: 2,
    });
  });

  test('the bound is the client’s, else that of the balance, and no more than there is', () => {
    const bound = (request: object, more: Partial<WireTarget>) =>
      config(request, of('gemini-3.8-flash', more))?.maxOutputTokens;
    assert.equal(bound({ maxOutputTokens: 5 }, { outputBound: 9 }), 5);
    assert.equal(bound({}, { outputBound: 9 }), 9);
    assert.equal(bound({ maxOutputTokens: 1e6 }, { maxOutputTokens: 65_536 }), 65_536);
    assert.equal(bound({}, { maxOutputTokens: 65_536 }), undefined);
  });

  test('what it cannot do is lost by its name', () => {
    const { body, losses } = write({
      sampling: {
        seed: 2 ** 40,
        stop: ['1', '2', '3', '4', '5', '6'],
        logitBias: { '1': 1 },
      },
      choices: 9,
      verbosity: 'low',
      audio: { voice: 'Kore', format: 'mp3' },
      serviceTier: 'scale',
      user: 'u',
      metadata: { a: 'b' },
      promptCacheKey: 'k',
    });
    assert.deepEqual(lostAbilities({ losses }).sort(), [
      'audio',
      'choices',
      'logitBias',
      'seed',
      'serviceTier',
      'stop',
      'verbosity',
    ]);
    assert.equal(body.generationConfig.stopSequences.length, 5);
    assert.equal(body.generationConfig.candidateCount, 8);
    assert.equal(body.generationConfig.seed, undefined);
    assert.equal(body.serviceTier, undefined);
  });

  test('penalties of 2.5 pass on Vertex AI only', () => {
    const sampling = { presencePenalty: 1, frequencyPenalty: 0 };
    assert.deepEqual(lostAbilities(write({ sampling }, FLASH_25)), ['presencePenalty']);
    const vertex = write({ sampling }, of('gemini-2.5-flash', { isVertex: true }));
    assert.deepEqual(vertex.losses, []);
    assert.deepEqual(vertex.body.generationConfig, sampling);
  });

  const schema = { type: 'object', properties: { a: { const: 'b' } } };
  const output = { type: 'schema', name: 'x', schema, isStrict: true } as const;

  test('the form of the answer', () => {
    assert.deepEqual(config({ output: { type: 'json' } }), {
      responseMimeType: 'application/json',
    });
    assert.deepEqual(config({ output: { type: 'text' } }), { responseMimeType: 'text/plain' });
    assert.deepEqual(config({ output }), {
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', properties: { a: { enum: ['b'] } } },
    });
    assert.deepEqual(config({ output }, FLASH_20).responseSchema, {
      type: 'OBJECT',
      properties: { a: { type: 'STRING', format: 'enum', enum: ['b'] } },
    });
  });

  test('older models have a form or tools', () => {
    const tools = [{ type: 'function', name: 'f' }] as const;
    assert.deepEqual(lostAbilities(write({ output, tools }, FLASH_25)), ['output']);
    assert.deepEqual(write({ output, tools }).losses, []);
  });

  test('modalities and a voice', () => {
    assert.deepEqual(
      config({ modalities: ['text', 'audio'], audio: { voice: 'Kore', format: 'pcm16' } }),
      {
        responseModalities: ['TEXT', 'AUDIO'],
        speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
      },
    );
  });

  const thinking = (request: Partial<NeutralRequest>, target: WireTarget) => {
    const written = write(request, target);
    return [
      written.body.generationConfig?.thinkingConfig,
      lostAbilities(written).length > 0 ? 'lost' : 'kept',
    ];
  };
  const wishes: readonly (readonly [
    string,
    NeutralRequest['reasoning'],
    object | undefined,
    string,
  ])[] = [
    [
      'gemini-3.8-flash',
      { effort: 'high', isShown: true },
      { includeThoughts: true, thinkingLevel: 'HIGH' },
      'kept',
    ],
    ['gemini-3.8-flash', { effort: 'max' }, { thinkingLevel: 'HIGH' }, 'kept'],
    ['gemini-3.8-flash', { effort: 'minimal' }, { thinkingLevel: 'LOW' }, 'kept'],
    ['gemini-3.8-flash', { effort: 'none' }, { thinkingLevel: 'LOW' }, 'lost'],
    ['gemini-4-argon', { effort: 'medium' }, { thinkingLevel: 'MEDIUM' }, 'kept'],
    ['gemini-3.6-flash', { effort: 'none' }, { thinkingLevel: 'MINIMAL' }, 'kept'],
    ['gemini-3-pro-preview', { effort: 'medium' }, { thinkingLevel: 'LOW' }, 'kept'],
    ['gemini-3.1-pro-preview', { budget: 20_000 }, { thinkingLevel: 'MEDIUM' }, 'kept'],
    ['gemini-3.1-pro-preview', { budget: -1 }, undefined, 'kept'],
    ['gemini-3.1-pro-preview', { isAdaptive: true }, undefined, 'kept'],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }, 'kept'],
    ['gemini-2.5-flash', { effort: 'medium' }, { thinkingBudget: 16_000 }, 'kept'],
    ['gemini-2.5-flash', { effort: 'max' }, { thinkingBudget: 24_576 }, 'kept'],
    ['gemini-2.5-flash', { isAdaptive: true }, { thinkingBudget: -1 }, 'kept'],
    [
      'gemini-2.5-flash',
      { budget: -1, isShown: false },
      { includeThoughts: false, thinkingBudget: -1 },
      'kept',
    ],
    ['gemini-2.5-flash-lite', { budget: 100 }, { thinkingBudget: 512 }, 'kept'],
    ['gemini-2.5-pro', { effort: 'none' }, { thinkingBudget: 128 }, 'lost'],
    ['gemini-2.5-pro', { budget: 64_000 }, { thinkingBudget: 32_768 }, 'kept'],
    ['gemini-2.0-flash', { effort: 'low' }, undefined, 'lost'],
    ['gemini-2.0-flash', { effort: 'none' }, undefined, 'kept'],
    ['gemma-4-31b', { isShown: true }, undefined, 'kept'],
    ['gemini-pro-latest', { effort: 'low' }, { thinkingLevel: 'LOW' }, 'kept'],
  ];
  for (const [model, reasoning, expected, fate] of wishes) {
    test(`${model} thinks ${JSON.stringify(reasoning)}`, () => {
      assert.deepEqual(thinking({ reasoning: reasoning! }, of(model)), [expected, fate]);
    });
  }

  test('a budget is a share of the bound', () => {
    const written = thinking({ reasoning: { effort: 'high' }, maxOutputTokens: 10_000 }, FLASH_25);
    assert.deepEqual(written[0], { thinkingBudget: 8_000 });
  });

  test('a model that is said not to reason is not told how', () => {
    const target = of('gemini-3.1-flash-image', { abilities: new Set(['tools']) });
    assert.deepEqual(thinking({ reasoning: { effort: 'low' } }, target), [undefined, 'lost']);
  });
});

describe('tiers and extras', () => {
  test('tiers of the Gemini API', () => {
    const tier = (serviceTier: string, more = {}) =>
      write({ serviceTier }, of('gemini-3.8-flash', more));
    assert.equal(tier('flex').body.serviceTier, 'flex');
    assert.equal(tier('default').body.serviceTier, 'standard');
    assert.equal(tier('auto').body.serviceTier, undefined);
    assert.deepEqual(lostAbilities(tier('flex', { isVertex: true })), ['serviceTier']);
    assert.deepEqual(tier('default', { isVertex: true }).losses, []);
  });

  test('its own extras go back to their places, those of others are lost', () => {
    const { body, losses } = write({
      maxOutputTokens: 3,
      extras: [
        { origin: 'gemini', field: 'safetySettings', value: [1] },
        { origin: 'gemini', field: 'generationConfig.mediaResolution', value: 'X' },
        { origin: 'gemini', field: 'toolConfig.retrievalConfig', value: {} },
        { origin: 'messages', field: 'context_management', value: {} },
      ],
    });
    assert.deepEqual(body.safetySettings, [1]);
    assert.deepEqual(body.generationConfig, { mediaResolution: 'X', maxOutputTokens: 3 });
    assert.deepEqual(body.toolConfig, { retrievalConfig: {} });
    assert.deepEqual(losses, [
      { field: 'context_management', reason: 'Gemini has nothing like it' },
    ]);
  });
});

test('one call at a time cannot be promised, but where one tool is forced it is what comes', () => {
  const tools = ['f', 'g'].map((name) => ({ type: 'function', name }) as const);
  const lost = (request: Partial<NeutralRequest>) =>
    write({ tools, parallelToolCalls: false, ...request }).losses.length;
  assert.equal(lost({}), 1);
  assert.equal(lost({ toolChoice: { mode: 'required' } }), 1);
  assert.equal(lost({ toolChoice: { mode: 'required' }, tools: tools.slice(1) }), 0);
  assert.equal(lost({ toolChoice: { mode: 'tool', name: 'f' } }), 0);
  assert.equal(lost({ toolChoice: { mode: 'allowed', names: ['f'], isRequired: true } }), 0);
  assert.equal(lost({ toolChoice: { mode: 'allowed', names: ['f'], isRequired: false } }), 1);
});
