import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, fixtureNames } from './fixtures.ts';
import { splitEvents } from './upstream/reply.ts';
import { reportedTokens } from './upstream/tokens.ts';

const FOLDER = 'openai-chat';

interface Call {
  index?: number;
  id?: string;
  function: { name?: string; arguments: string };
}

interface Said {
  content?: string | null;
  refusal?: string | null;
  tool_calls?: Call[];
}

interface Document {
  id: string;
  object: string;
  choices: { index: number; message?: Said; delta?: Said; finish_reason: string | null }[];
}

interface Choice {
  text: string;
  refusal: string;
  calls: string[][];
  finish: string | null;
}

const whole = (name: string): Document =>
  JSON.parse(fixture(`${FOLDER}/${name}.json`).toString()) as Document;

/** The data of each event; comments are passed over. */
function chunks(name: string): Document[] {
  return splitEvents(fixture(`${FOLDER}/${name}.sse`))
    .filter((event) => !event.startsWith(':') && event !== 'data: [DONE]\n\n')
    .map((event) => JSON.parse(event.replace(/^data: /, '')) as Document);
}

/** What a reader of the stream or of the whole answer has in the end. */
function gather(documents: readonly Document[]): Choice[] {
  const choices: Choice[] = [];
  for (const { choices: parts } of documents) {
    for (const part of parts) {
      choices[part.index] ??= { text: '', refusal: '', calls: [], finish: null };
      const choice = choices[part.index]!;
      const said = part.message ?? part.delta ?? {};
      choice.text += said.content ?? '';
      choice.refusal += said.refusal ?? '';
      choice.finish = part.finish_reason ?? choice.finish;
      for (const [at, call] of (said.tool_calls ?? []).entries()) {
        choice.calls[call.index ?? at] ??= ['', '', ''];
        const gathered = choice.calls[call.index ?? at]!;
        gathered[0] += call.id ?? '';
        gathered[1] += call.function.name ?? '';
        gathered[2] += call.function.arguments;
      }
    }
  }
  return choices;
}

const pairs = fixtureNames(FOLDER, 'json').filter((name) => !name.startsWith('error-'));

test('every whole answer has its stream', () => {
  const streams = fixtureNames(FOLDER, 'sse');
  assert.ok(pairs.length >= 10);
  assert.deepEqual(
    pairs.filter((name) => !streams.includes(name)),
    [],
  );
});

for (const name of pairs) {
  test(`${name}: the stream says what the whole answer says, with the same usage`, () => {
    const stream = fixture(`${FOLDER}/${name}.sse`).toString();
    assert.deepEqual(gather(chunks(name)), gather([whole(name)]));
    assert.ok(chunks(name).every((chunk) => chunk.id === whole(name).id));
    assert.ok(chunks(name).every((chunk) => chunk.object === 'chat.completion.chunk'));
    assert.ok(stream.endsWith('data: [DONE]\n\n'));
    const tokens = reportedTokens(fixture(`${FOLDER}/${name}.json`).toString());
    assert.ok(tokens);
    assert.deepEqual(reportedTokens(stream), tokens);
  });
}

test('tool calls are complete JSON once put together, one by one', () => {
  const [choice] = gather(chunks('parallel-tool-calls'));
  assert.deepEqual(
    choice?.calls.map(([, name, json]) => [name, JSON.parse(json!)]),
    [
      ['get_weather', { city: 'Porto' }],
      ['get_time', { zone: 'Europe/Lisbon' }],
    ],
  );
});

test('the stream without usage reports none, and the broken one ends with an error', () => {
  assert.equal(reportedTokens(fixture(`${FOLDER}/text-without-usage.sse`).toString()), null);
  assert.deepEqual(gather(chunks('text-without-usage')), gather(chunks('text')));
  const broken = fixture(`${FOLDER}/error-in-stream.sse`).toString();
  assert.match(broken, /data: \{"error":[^\n]*\n\n$/);
  assert.doesNotMatch(broken, /DONE/);
});

for (const name of fixtureNames(FOLDER, 'json').filter((each) => each.startsWith('error-'))) {
  test(`${name} has the error shape and tells its status in its name`, () => {
    const { error } = JSON.parse(fixture(`${FOLDER}/${name}.json`).toString()) as {
      error: Record<string, unknown>;
    };
    assert.deepEqual(Object.keys(error), ['message', 'type', 'param', 'code']);
    assert.match(name, /^error-[45]\d\d-/);
  });
}
