import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImagePart, MediaSource, Message, Part } from '../neutral/parts.ts';
import { converseUpstream } from './index.ts';
import { CLAUDE, encodeFor, encodeParts, requestWith, TOOL_TURNS } from './request-world.ts';

const text = (value: string): Part => ({ type: 'text', text: value });
const data = (mediaType: string): MediaSource => ({ kind: 'data', data: 'AQID', mediaType });
const content = (...parts: Part[]) => encodeParts(...parts).body.messages[0].content;

test('instructions stand apart, in their order, and turns alternate', () => {
  const messages: Message[] = [
    { role: 'system', parts: [text('Be brief.')] },
    { role: 'user', parts: [text('A')] },
    { role: 'user', name: 'ann', parts: [text('B')] },
    { role: 'system', isDeveloper: true, parts: [text('Be kind.')] },
    { role: 'assistant', parts: [text('C')] },
    { role: 'assistant', parts: [text('   ')] },
    { role: 'user', parts: [text('D')] },
  ];
  const { body, losses } = encodeFor(CLAUDE, { messages });
  assert.deepEqual(body.system, [{ text: 'Be brief.' }, { text: 'Be kind.' }]);
  assert.deepEqual(body.messages, [
    { role: 'user', content: [{ text: 'A' }, { text: 'B' }] },
    { role: 'assistant', content: [{ text: 'C' }] },
    { role: 'user', content: [{ text: 'D' }] },
  ]);
  assert.deepEqual(losses, []);
});

test('a message without content is left out, and its neighbours become one turn', () => {
  const messages: Message[] = [
    { role: 'user', parts: [text('A')] },
    { role: 'assistant', parts: [] },
    { role: 'user', parts: [text('B')] },
  ];
  const { body } = encodeFor(CLAUDE, { messages });
  assert.deepEqual(body.messages, [{ role: 'user', content: [{ text: 'A' }, { text: 'B' }] }]);
});

test('an answer that is begun for the model does not end in white space', () => {
  const messages: Message[] = [
    { role: 'user', parts: [text('A')] },
    { role: 'assistant', parts: [text('The answer is: \n')] },
  ];
  assert.deepEqual(encodeFor(CLAUDE, { messages }).body.messages[1].content, [
    { text: 'The answer is:' },
  ]);
});

test('media go as bytes, or from S3, in Converse’s formats', () => {
  const s3 = (url: string): MediaSource => ({ kind: 'url', url });
  assert.deepEqual(
    content(
      { type: 'image', source: data('image/jpeg') },
      { type: 'image', source: s3('s3://bucket/a.JPG') },
      { type: 'video', source: data('video/quicktime') },
      { type: 'audio', source: data('audio/wav') },
      { type: 'file', source: data('image/png') },
      { type: 'video', source: s3('s3://bucket/clip.mp4') },
    ),
    [
      { image: { format: 'jpeg', source: { bytes: 'AQID' } } },
      { image: { format: 'jpeg', source: { s3Location: { uri: 's3://bucket/a.JPG' } } } },
      { video: { format: 'mov', source: { bytes: 'AQID' } } },
      { audio: { format: 'wav', source: { bytes: 'AQID' } } },
      { image: { format: 'png', source: { bytes: 'AQID' } } },
      { video: { format: 'mp4', source: { s3Location: { uri: 's3://bucket/clip.mp4' } } } },
    ],
  );
});

test('documents have names that Bedrock accepts, no two the same, and a text beside them', () => {
  const pdf = (name?: string): Part => ({
    type: 'file',
    source: data('application/pdf'),
    ...(name === undefined ? {} : { name }),
  });
  const document = (name: string) => ({
    document: { format: 'pdf', source: { bytes: 'AQID' }, name },
  });
  assert.deepEqual(content(pdf('Q3  report_final.pdf'), pdf('Q3 report.final.pdf'), pdf(), pdf()), [
    ...[document('Q3 report final'), document('Q3 report final 2')],
    ...[document('document'), document('document 2')],
    { text: 'Q3 report final' },
  ]);
  assert.deepEqual(content(pdf('résumé (1) [x]'), text('Read it')).slice(0, 1), [
    document('resume (1) [x]'),
  ]);
  assert.equal(content(pdf('分기'))[0].document.name.length > 0, true);
});

test('a document says whether citations are wanted, and source code is text', () => {
  const [cited, code] = content(
    { type: 'file', source: data('text/plain; charset=utf-8'), name: 'a', wantsCitations: true },
    { type: 'file', source: data('text/x-python'), name: 'b' },
  );
  assert.deepEqual(cited.document.citations, { enabled: true });
  assert.deepEqual([cited.document.format, code.document.format], ['txt', 'txt']);
});

test('what Bedrock cannot take is lost at its place, with a reason', () => {
  const parts: Part[] = [
    text('see'),
    { type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } },
    { type: 'image', source: data('image/bmp') },
    { type: 'file', source: { kind: 'file', id: 'file-1', origin: 'responses' } },
    { type: 'opaque', origin: 'messages', value: {} },
    { type: 'file', source: data('application/zip') },
  ];
  const { body, losses } = encodeParts(...parts);
  assert.deepEqual(body.messages[0].content, [{ text: 'see' }]);
  assert.deepEqual(
    losses.map((loss) => 'part' in loss && [loss.message, loss.part]),
    [1, 2, 3, 4, 5].map((part) => [0, part]),
  );
  assert.match(losses[0]?.reason ?? '', /not from a URL/);
});

test('instructions and answers take no media', () => {
  const image: ImagePart = { type: 'image', source: data('image/png') };
  const messages: Message[] = [
    { role: 'system', parts: [image] },
    { role: 'user', parts: [text('A')] },
    { role: 'assistant', parts: [image] },
  ];
  const { losses } = encodeFor(CLAUDE, { messages });
  assert.deepEqual(
    losses.map((loss) => 'part' in loss && loss.message),
    [0, 2],
  );
});

test('thoughts go back with Bedrock’s own seal only', () => {
  const reasoning = (seal?: object): Part => ({ type: 'reasoning', text: 'Hm.', ...seal });
  const messages: Message[] = [
    { role: 'user', parts: [text('A')] },
    {
      role: 'assistant',
      parts: [
        reasoning({ seal: { origin: 'converse', data: 'c2ln' } }),
        reasoning({ seal: { origin: 'converse', data: 'cmVk', id: 'redacted' } }),
        reasoning({ seal: { origin: 'messages', data: 'other' } }),
        reasoning(),
        text('B'),
      ],
    },
  ];
  const { body, losses } = encodeFor(CLAUDE, { messages });
  assert.deepEqual(body.messages[1].content, [
    { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
    { reasoningContent: { redactedContent: 'cmVk' } },
    { text: 'B' },
  ]);
  assert.deepEqual(losses, []);
});

test('calls and results keep their ids, numbers and errors', () => {
  const [, call, result] = encodeFor(CLAUDE, { messages: TOOL_TURNS, tools: [] }).body.messages;
  assert.deepEqual(call.content, [
    { toolUse: { toolUseId: 'call_1', name: 'get_weather', input: { city: 'Porto' } } },
  ]);
  assert.deepEqual(result.content, [
    { toolResult: { toolUseId: 'call_1', content: [{ text: '21 °C' }] } },
  ]);
  const big = '{"id":9007199254740993123}';
  const messages: Message[] = [
    { role: 'assistant', parts: [{ type: 'toolCall', id: 'a', name: 'f', arguments: big }] },
  ];
  const target = { model: CLAUDE, canonical: CLAUDE, includeUsage: false };
  const { body } = converseUpstream.encodeRequest(requestWith({ messages }), target);
  assert.ok(body.toString('utf8').includes(big));
});

test('results may hold images, documents and nothing, and say that they are errors', () => {
  const result = (fields: object): Part => ({
    ...{ type: 'toolResult', callId: 'c', name: 'f', content: [] },
    ...fields,
  });
  const image: ImagePart = { type: 'image', source: data('image/png') };
  const messages: Message[] = [{ role: 'user', parts: [result({ content: [image] })] }];
  const [{ toolResult }] = encodeFor(CLAUDE, { messages }).body.messages[0].content;
  assert.deepEqual(toolResult.content, [{ image: { format: 'png', source: { bytes: 'AQID' } } }]);
  const failed: Message[] = [{ role: 'user', parts: [result({ isError: true })] }];
  const empty = { toolUseId: 'c', content: [{ text: '(empty)' }] };
  assert.deepEqual(encodeFor(CLAUDE, { messages: failed }).body.messages[0].content, [
    { toolResult: { ...empty, status: 'error' } },
  ]);
  assert.deepEqual(encodeFor('llama-3.3-70b', { messages: failed }).body.messages[0].content, [
    { toolResult: empty },
  ]);
});

test('ids of other vendors become ids that Bedrock accepts, the same in call and result', () => {
  const id =
    'call/with spaces and far more than sixty-four characters, as some vendors make them up';
  for (const [model, pattern] of [
    [CLAUDE, /^call_[0-9a-f]{32}$/],
    ['mistral-large-2512', /^[0-9a-f]{9}$/],
  ] as const) {
    const turns = JSON.parse(JSON.stringify(TOOL_TURNS).replaceAll('call_1', id)) as Message[];
    const [, call, result] = encodeFor(model, { messages: turns }).body.messages;
    const { toolUseId } = call.content[0].toolUse;
    assert.match(toolUseId, pattern);
    assert.equal(result.content[0].toolResult.toolUseId, toolUseId);
  }
});

test('arguments that are no object are lost, and those of a custom tool become one', () => {
  const call = (fields: object): Message => ({
    role: 'assistant',
    parts: [{ type: 'toolCall', id: 'a', name: 'f', arguments: '', ...fields }],
  });
  for (const broken of ['[1]', '"x"', '{"a":', '12345678901234567890']) {
    assert.equal(encodeFor(CLAUDE, { messages: [call({ arguments: broken })] }).losses.length, 2);
  }
  const inputOf = (fields: object) =>
    encodeFor(CLAUDE, { messages: [call(fields)] }).body.messages[0].content[0].toolUse.input;
  assert.deepEqual(inputOf({}), {});
  assert.deepEqual(inputOf({ arguments: 'select 1', isCustom: true }), { input: 'select 1' });
});

test('cache points follow what they are for, where the model has them', () => {
  const cache = { ttl: '5m' } as const;
  const messages: Message[] = [
    { role: 'system', parts: [{ type: 'text', text: 'Be brief.', cache: { ttl: '1h' } }] },
    { role: 'user', parts: [{ type: 'text', text: 'A', cache }, text('B')] },
  ];
  const point = { cachePoint: { type: 'default' } };
  const hour = { cachePoint: { type: 'default', ttl: '1h' } };
  const claude = encodeFor(CLAUDE, { messages }).body;
  assert.deepEqual(claude.system, [{ text: 'Be brief.' }, hour]);
  assert.deepEqual(claude.messages[0].content, [{ text: 'A' }, point, { text: 'B' }]);
  assert.deepEqual(encodeFor('amazon.nova-pro-v1:0', { messages }).body.system[1], point);
  assert.deepEqual(encodeFor('claude-3-7-sonnet', { messages }).body.system[1], point);
  const { body, losses } = encodeFor('qwen3-32b', { messages });
  assert.deepEqual(body.system, [{ text: 'Be brief.' }]);
  assert.deepEqual(losses, []);
});

test('citations of Bedrock’s own and its opaque blocks go back as they were', () => {
  const raw = { origin: 'converse', value: { title: 'Rules' } } as const;
  const guard = { guardContent: { text: { text: 'x' } } };
  const messages: Message[] = [
    { role: 'user', parts: [{ type: 'opaque', origin: 'converse', value: guard }] },
    {
      role: 'assistant',
      parts: [
        { type: 'text', text: 'At six.', citations: [{ kind: 'document', raw }] },
        { type: 'text', text: 'Or so.', citations: [{ kind: 'url', url: 'https://x.example' }] },
        { type: 'refusal', text: 'No.' },
      ],
    },
  ];
  const { body, losses } = encodeFor(CLAUDE, { messages });
  assert.deepEqual(body.messages, [
    { role: 'user', content: [guard] },
    {
      role: 'assistant',
      content: [
        { citationsContent: { content: [{ text: 'At six.' }], citations: [{ title: 'Rules' }] } },
        { text: 'Or so.' },
        { text: 'No.' },
      ],
    },
  ]);
  assert.deepEqual(losses, []);
});
