import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import { wrapSealBase64 } from '../neutral/seal.ts';
import { decodeGemini } from './decode.ts';
import { readGeminiRequest } from './read-request.ts';

function read(body: object, isStream = false) {
  const raw = Buffer.from(JSON.stringify(body));
  return readGeminiRequest(decodeGemini(raw, { model: 'gemini-3.8-flash', isStream }));
}

const user = (...parts: object[]) => ({ role: 'user', parts });
const model = (...parts: object[]) => ({ role: 'model', parts });
const HI = { contents: [user({ text: 'Hi' })] };
const messages = (...contents: object[]) => read({ contents }).messages;

test('a plain request', () => {
  assert.deepEqual(read(HI, true), {
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    tools: [],
    sampling: {},
    choices: 1,
    isStream: true,
    extras: [],
  });
});

test('an empty list is no wish, as in protocol JSON', () => {
  const { extras } = read({ ...HI, safetySettings: [], cachedContent: 'cachedContents/1' });
  assert.deepEqual(extras, [
    { origin: 'gemini', field: 'cachedContent', value: 'cachedContents/1' },
  ]);
});

describe('contents', () => {
  test('the instruction comes first, in either spelling', () => {
    for (const name of ['systemInstruction', 'system_instruction']) {
      const { messages } = read({ ...HI, [name]: { parts: [{ text: 'Be kind.' }] } });
      assert.deepEqual(messages[0], {
        role: 'system',
        parts: [{ type: 'text', text: 'Be kind.' }],
      });
    }
  });

  test('a part may stand without its array', () => {
    const [system] = read({ ...HI, systemInstruction: { parts: { text: 'Be kind.' } } }).messages;
    assert.equal(system?.role, 'system');
  });

  test('the text that stands for untold thoughts of another vendor is none', () => {
    const seal = { origin: 'messages', data: 'sig' } as const;
    const untold = { text: '\n', thought: true };
    const [message] = messages(
      model({ ...untold, thoughtSignature: wrapSealBase64(seal) }, { text: 'said' }),
      model({ ...untold, thoughtSignature: 'own' }),
    );
    assert.deepEqual(message?.parts[0], { type: 'reasoning', text: '', seal });
  });

  test('thoughts that came in chunks are one, with the signature of the last', () => {
    const seal = { origin: 'messages', data: 'sig' } as const;
    const [message] = messages(
      model(
        { text: 'first ', thought: true },
        { text: 'second', thought: true },
        { text: '', thought: true, thoughtSignature: wrapSealBase64(seal) },
        { text: 'another', thought: true },
        { text: 'said' },
        { text: '' },
      ),
    );
    assert.deepEqual(message?.parts, [
      { type: 'reasoning', text: 'first second', seal },
      { type: 'reasoning', text: 'another' },
      { type: 'text', text: 'said' },
    ]);
  });

  test('the chunks of a turn are one message, also where each came as a turn', () => {
    const seal = { origin: 'gemini', data: 'sig' } as const;
    const read = messages(
      user({ text: 'a' }),
      user({ text: 'b' }),
      model({ text: 'hm ', thought: true }),
      model({ text: 'hm', thought: true }),
      model({ text: 'The ' }),
      model({ text: 'tide' }),
      model({ text: '', thoughtSignature: 'sig' }),
      model({ text: ' turns.' }, { functionCall: { name: 'f', id: '1' } }),
      model({ text: '' }),
    );
    assert.deepEqual(
      read.map((message) => message.parts),
      [
        [{ type: 'text', text: 'a' }],
        [{ type: 'text', text: 'b' }],
        [
          { type: 'reasoning', text: 'hm hm' },
          { type: 'text', text: 'The tide', seal },
          { type: 'text', text: ' turns.' },
          { type: 'toolCall', id: '1', name: 'f', arguments: '{}' },
        ],
      ],
    );
  });

  test('signatures are seals, on empty text too; the stand-in is none', () => {
    const [message] = messages(
      model(
        { text: '', thought_signature: 'abc' },
        { functionCall: { name: 'f', id: '1' }, thoughtSignature: 'def' },
        {
          functionCall: { name: 'f', id: '2' },
          thoughtSignature: 'skip_thought_signature_validator',
        },
      ),
    );
    assert.deepEqual(message?.parts, [
      { type: 'text', text: '', seal: { origin: 'gemini', data: 'abc' } },
      {
        type: 'toolCall',
        id: '1',
        name: 'f',
        arguments: '{}',
        seal: { origin: 'gemini', data: 'def' },
      },
      { type: 'toolCall', id: '2', name: 'f', arguments: '{}' },
    ]);
  });

  test('media become what their type says', () => {
    const inline = (mimeType: string, more = {}) => ({
      inlineData: { mimeType, data: 'AAAA', ...more },
    });
    const [message] = messages(
      user(
        inline('image/png'),
        inline('audio/wav'),
        inline('video/mp4'),
        inline('application/pdf', { displayName: 'chart.pdf' }),
        { inline_data: { mime_type: 'text/plain', data: 'AAAA' } },
      ),
    );
    const source = (mediaType: string) => ({ kind: 'data', data: 'AAAA', mediaType });
    assert.deepEqual(message?.parts, [
      { type: 'image', source: source('image/png') },
      { type: 'audio', source: source('audio/wav') },
      { type: 'video', source: source('video/mp4') },
      { type: 'file', source: source('application/pdf'), name: 'chart.pdf' },
      { type: 'file', source: source('text/plain') },
    ]);
  });

  test('files at Google are ids, other places are URLs', () => {
    const file = (fileUri: string, mimeType?: string) => ({
      fileData: { fileUri, ...(mimeType && { mimeType }) },
    });
    const [message] = messages(
      user(
        file('https://generativelanguage.googleapis.com/v1beta/files/abc', 'image/png'),
        file('gs://bucket/film.mp4', 'video/mp4'),
        file('https://youtu.be/xyz'),
        file('https://example.com/a.png?x=1'),
        file('https://example.com/unknown'),
      ),
    );
    assert.deepEqual(message?.parts, [
      {
        type: 'image',
        source: {
          kind: 'file',
          id: 'https://generativelanguage.googleapis.com/v1beta/files/abc',
          origin: 'gemini',
          mediaType: 'image/png',
        },
      },
      {
        type: 'video',
        source: {
          kind: 'file',
          id: 'gs://bucket/film.mp4',
          origin: 'gemini',
          mediaType: 'video/mp4',
        },
      },
      { type: 'video', source: { kind: 'url', url: 'https://youtu.be/xyz' } },
      { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png?x=1' } },
      { type: 'file', source: { kind: 'url', url: 'https://example.com/unknown' } },
    ]);
  });

  test('what only Gemini understands stays as it is', () => {
    const parts = [
      { executableCode: { language: 'PYTHON', code: '1' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK' } },
      { toolCall: { id: 'x', toolType: 'URL_CONTEXT' } },
      {
        fileData: { fileUri: 'https://youtu.be/xyz' },
        videoMetadata: { startOffset: '5s' },
      },
      { inlineData: { mimeType: 'image/png', data: 'AAAA' }, thought: true },
      { somethingNew: 1 },
    ];
    const [message] = messages(model(...parts));
    assert.deepEqual(
      message?.parts,
      parts.map((value) => ({ type: 'opaque', origin: 'gemini', value })),
    );
  });

  test('the old role of results is the user, no role too', () => {
    const roles = messages({ parts: [{ text: 'a' }] }, model({ functionCall: { name: 'f' } }), {
      role: 'function',
      parts: [{ functionResponse: { name: 'f', response: {} } }],
    }).map((message) => message.role);
    assert.deepEqual(roles, ['user', 'assistant', 'user']);
  });

  const refused: readonly (readonly [object, string])[] = [
    [{ contents: [{ role: 'system', parts: [{ text: 'a' }] }] }, 'contents[0].role'],
    [{ contents: [{ role: 'user', parts: ['a'] }] }, 'contents[0].parts[0]'],
    [{ contents: [user({ text: 'a' }), 7] }, 'contents[1]'],
    [{ contents: [user({ text: '' })] }, 'contents'],
    [{ ...HI, systemInstruction: 'Be kind.' }, 'systemInstruction'],
    [{ ...HI, tools: {} }, 'tools'],
    [{ ...HI, tools: [7] }, 'tools[0]'],
    [{ ...HI, tools: [{ functionDeclarations: {} }] }, 'tools[0].functionDeclarations'],
    [{ ...HI, tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [{ ...HI, generationConfig: { temperature: 'warm' } }, 'generationConfig.temperature'],
    [{ ...HI, generationConfig: { stopSequences: [1] } }, 'generationConfig.stopSequences'],
  ];
  for (const [body, param] of refused) {
    test(`${param} is named where it is wrong`, () => {
      assert.throws(
        () => read(body),
        (error) =>
          isFailure(error) && error.code === 'invalid_request' && error.detail.param === param,
      );
    });
  }
});

describe('calls and results', () => {
  const call = (name: string, id?: string, args = {}) => ({
    functionCall: { name, args, ...(id && { id }) },
  });
  const result = (name: string, response: object, id?: string) => ({
    functionResponse: { name, response, ...(id && { id }) },
  });
  const ids = (...contents: object[]) =>
    messages(...contents).flatMap(({ parts }) =>
      parts.map((part) =>
        part.type === 'toolCall' ? part.id : part.type === 'toolResult' ? part.callId : '-',
      ),
    );

  test('without ids they are matched by name, in order', () => {
    assert.deepEqual(
      ids(
        user({ text: 'a' }),
        model(call('f'), call('g'), call('f')),
        user(result('g', {}), result('f', {}), result('f', {})),
        model(call('f')),
        user(result('f', {})),
      ),
      [
        '-',
        'gemini_call_0',
        'gemini_call_1',
        'gemini_call_2',
        'gemini_call_1',
        'gemini_call_0',
        'gemini_call_2',
        'gemini_call_3',
        'gemini_call_3',
      ],
    );
  });

  test('ids win over order, and a call with an id answers to its name too', () => {
    assert.deepEqual(
      ids(model(call('f', 'a'), call('f', 'b')), user(result('f', {}, 'b'), result('f', {}))),
      ['a', 'b', 'b', 'a'],
    );
  });

  test('a result without a call has an id of its own', () => {
    assert.deepEqual(ids(user(result('f', {}, 'x'), result('f', {}))), ['x', 'gemini_call_0']);
  });

  test('a conversation that goes on keeps its ids', () => {
    const start = [user({ text: 'a' }), model(call('f')), user(result('f', {}))];
    const longer = [...start, model(call('f')), user(result('f', {}))];
    assert.deepEqual(ids(...longer).slice(0, 3), ids(...start));
  });

  const responses: readonly (readonly [object, string, boolean])[] = [
    [{ output: 'sunny' }, 'sunny', false],
    [{ output: { sky: 'clear' } }, '{"output":{"sky":"clear"}}', false],
    [{ output: 'sunny', more: 1 }, '{"output":"sunny","more":1}', false],
    [{ error: 'no such city' }, 'no such city', true],
    [{ error: { code: 5 } }, '{"code":5}', true],
    [{ sky: 'clear', error: null }, '{"sky":"clear","error":null}', false],
    [{}, '{}', false],
  ];
  for (const [response, text, isError] of responses) {
    test(`the result ${JSON.stringify(response)} says ${text}`, () => {
      const [, message] = messages(model(call('f', '1')), user(result('f', response, '1')));
      assert.deepEqual(message?.parts, [
        {
          type: 'toolResult',
          callId: '1',
          name: 'f',
          content: [{ type: 'text', text }],
          ...(isError && { isError }),
        },
      ]);
    });
  }

  test('results may hold media', () => {
    const image = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
    const [message] = messages(
      user({ functionResponse: { name: 'f', id: '1', response: {}, parts: [image] } }),
    );
    const [part] = message?.parts ?? [];
    assert.ok(part?.type === 'toolResult');
    assert.deepEqual(part.content, [
      { type: 'image', source: { kind: 'data', data: 'AAAA', mediaType: 'image/png' } },
    ]);
  });
});

describe('tools', () => {
  const tools = (...given: object[]) => read({ ...HI, tools: given }).tools;

  test('functions in both kinds of schema', () => {
    const parameters = {
      type: 'OBJECT',
      properties: {
        city: { type: 'STRING', nullable: true, description: 'Where' },
        days: { type: 'INTEGER', format: 'enum', enum: ['1', '3'] },
        tags: { type: 'ARRAY', items: { type: 'STRING' }, maxItems: '4' },
        either: { anyOf: [{ type: 'NUMBER' }, { type: 'BOOLEAN' }], nullable: true },
      },
      required: ['city'],
      propertyOrdering: ['city', 'days'],
    };
    const json = { type: 'object', properties: { city: { type: ['string', 'null'] } } };
    assert.deepEqual(
      tools(
        { function_declarations: [{ name: 'f', description: 'Does', parameters }] },
        { functionDeclarations: [{ name: 'g', parametersJsonSchema: json }, { name: 'h' }] },
      ),
      [
        {
          type: 'function',
          name: 'f',
          description: 'Does',
          parameters: {
            type: 'object',
            properties: {
              city: { type: ['string', 'null'], description: 'Where' },
              days: { type: 'integer', enum: [1, 3] },
              tags: { type: 'array', items: { type: 'string' }, maxItems: 4 },
              either: { anyOf: [{ type: 'number' }, { type: 'boolean' }, { type: 'null' }] },
            },
            required: ['city'],
            propertyOrdering: ['city', 'days'],
          },
        },
        { type: 'function', name: 'g', parameters: json },
        { type: 'function', name: 'h' },
      ],
    );
  });

  test('tools that Google runs', () => {
    assert.deepEqual(
      tools(
        { googleSearch: { excludeDomains: ['a.com'] }, urlContext: {} },
        { code_execution: {} },
      ),
      [
        {
          type: 'hosted',
          origin: 'gemini',
          name: 'web_search',
          value: { googleSearch: { excludeDomains: ['a.com'] } },
        },
        { type: 'hosted', origin: 'gemini', name: 'urlContext', value: { urlContext: {} } },
        { type: 'hosted', origin: 'gemini', name: 'codeExecution', value: { codeExecution: {} } },
      ],
    );
  });

  const choices: readonly (readonly [object, object | undefined])[] = [
    [{ mode: 'AUTO' }, { mode: 'auto' }],
    [{ mode: 'none' }, { mode: 'none' }],
    [{ mode: 'ANY' }, { mode: 'required' }],
    [
      { mode: 'ANY', allowedFunctionNames: ['f'] },
      { mode: 'tool', name: 'f' },
    ],
    [
      { mode: 'ANY', allowed_function_names: ['f', 'g'] },
      { mode: 'allowed', names: ['f', 'g'], isRequired: true },
    ],
    [
      { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
      { mode: 'allowed', names: ['f'], isRequired: false },
    ],
    [{ mode: 'VALIDATED' }, { mode: 'auto' }],
    [{ mode: 'MODE_UNSPECIFIED' }, undefined],
    [{}, undefined],
  ];
  for (const [functionCallingConfig, expected] of choices) {
    test(`the choice ${JSON.stringify(functionCallingConfig)}`, () => {
      const { toolChoice } = read({ ...HI, toolConfig: { functionCallingConfig } });
      assert.deepEqual(toolChoice, expected);
    });
  }

  test('validated calls are strict tools', () => {
    const { tools } = read({
      ...HI,
      tools: [{ functionDeclarations: [{ name: 'f' }] }],
      tool_config: { function_calling_config: { mode: 'VALIDATED' } },
    });
    assert.deepEqual(tools, [{ type: 'function', name: 'f', isStrict: true }]);
  });
});

describe('generationConfig', () => {
  const config = (generationConfig: object) => read({ ...HI, generationConfig });

  test('numbers that steer the choice of tokens', () => {
    const given = {
      temperature: 0.5,
      topP: 0.25,
      topK: 7,
      seed: 3,
      presencePenalty: -1,
      frequencyPenalty: 1,
      stopSequences: ['a', 'b'],
      responseLogprobs: true,
      logprobs: 4,
      maxOutputTokens: 99,
      candidateCount: 2,
    };
    const { sampling, maxOutputTokens, choices, extras } = config(given);
    assert.deepEqual(sampling, {
      temperature: 0.5,
      topP: 0.25,
      topK: 7,
      seed: 3,
      presencePenalty: -1,
      frequencyPenalty: 1,
      stop: ['a', 'b'],
      logprobs: true,
      topLogprobs: 4,
    });
    assert.equal(maxOutputTokens, 99);
    assert.equal(choices, 2);
    assert.deepEqual(extras, []);
  });

  test('numbers with more digits than a double has are numbers', () => {
    const raw = `{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"temperature":0.30000000000000000001}}`;
    const call = decodeGemini(Buffer.from(raw), { model: 'm' });
    assert.equal(readGeminiRequest(call).sampling.temperature, 0.3);
  });

  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  const outputs: readonly (readonly [object, object | undefined])[] = [
    [{ responseMimeType: 'text/plain' }, { type: 'text' }],
    [{ response_mime_type: 'application/json' }, { type: 'json' }],
    [
      { responseMimeType: 'application/json', responseJsonSchema: schema },
      { type: 'schema', name: 'response', schema },
    ],
    [
      {
        responseMimeType: 'application/json',
        response_schema: { type: 'OBJECT', title: 'berth', properties: { a: { type: 'STRING' } } },
      },
      { type: 'schema', name: 'berth', schema: { ...schema, title: 'berth' } },
    ],
    [
      { responseFormat: [{ text: { mimeType: 'APPLICATION_JSON', schema } }] },
      { type: 'schema', name: 'response', schema },
    ],
    [{}, undefined],
  ];
  for (const [given, expected] of outputs) {
    test(`the form ${JSON.stringify(given)}`, () => {
      assert.deepEqual(config(given).output, expected);
      assert.deepEqual(config(given).extras, []);
    });
  }

  test('a form that others have no word for travels to Gemini only', () => {
    const { output, extras } = config({
      responseMimeType: 'text/x.enum',
      responseSchema: { type: 'STRING', enum: ['a'] },
    });
    assert.equal(output, undefined);
    assert.deepEqual(
      extras.map((extra) => extra.field),
      ['generationConfig.responseMimeType', 'generationConfig.responseSchema'],
    );
  });

  const wishes: readonly (readonly [object, object | undefined])[] = [
    [{ thinkingBudget: 0 }, { budget: 0 }],
    [
      { thinking_budget: -1, include_thoughts: true },
      { budget: -1, isShown: true },
    ],
    [{ thinkingLevel: 'MINIMAL' }, { effort: 'minimal' }],
    [
      { thinkingLevel: 'high', includeThoughts: false },
      { effort: 'high', isShown: false },
    ],
    [{ thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED' }, undefined],
    [{}, undefined],
  ];
  for (const [thinkingConfig, expected] of wishes) {
    test(`thinking ${JSON.stringify(thinkingConfig)}`, () => {
      assert.deepEqual(config({ thinkingConfig }).reasoning, expected);
    });
  }

  test('modalities and a voice', () => {
    const { modalities, audio, extras } = config({
      responseModalities: ['TEXT', 'AUDIO'],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
    });
    assert.deepEqual(modalities, ['text', 'audio']);
    assert.deepEqual(audio, { voice: 'Kore', format: 'pcm16' });
    assert.deepEqual(extras, []);
  });

  test('several voices travel to Gemini only', () => {
    const speechConfig = { multiSpeakerVoiceConfig: { speakerVoiceConfigs: [] } };
    assert.deepEqual(config({ speechConfig }).extras, [
      { origin: 'gemini', field: 'generationConfig.speechConfig', value: speechConfig },
    ]);
  });
});

test('fields of Gemini alone are extras, by their places', () => {
  const { extras, serviceTier } = read({
    ...HI,
    safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    cachedContent: 'cachedContents/abc',
    labels: { team: 'tides' },
    serviceTier: 'flex',
    store: null,
    generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW', imageConfig: { imageSize: '2K' } },
    toolConfig: { retrievalConfig: { languageCode: 'pt' } },
  });
  assert.equal(serviceTier, 'flex');
  assert.deepEqual(
    extras.map((extra) => [extra.origin, extra.field]),
    [
      ['gemini', 'safetySettings'],
      ['gemini', 'cachedContent'],
      ['gemini', 'labels'],
      ['gemini', 'toolConfig.retrievalConfig'],
      ['gemini', 'generationConfig.mediaResolution'],
      ['gemini', 'generationConfig.imageConfig'],
    ],
  );
});
