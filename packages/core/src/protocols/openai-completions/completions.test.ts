import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everySplit, fixture, fixtureNames } from '@meridian/testkit';
import { messagesUpstream } from '../anthropic-messages/index.ts';
import type { StreamTap, TapOptions } from '../dialect.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { chatUpstream } from '../openai-chat/index.ts';
import { withoutCacheCounts } from '../relay/testing/without-counts.ts';
import { decodeCompletions, textOfPrompts } from './decode.ts';
import { createCompletionTranslation, openaiCompletions } from './index.ts';

const VIEW = { shownModel: 'shown', requestId: 'r', createdAt: 5 };
const TARGET = { model: 'theirs', canonical: 'm', includeUsage: true } as const;
const OPTIONS: TapOptions = { wantsUsage: false, shownModel: undefined };
const TEXT = ' the harbour fell quiet at dusk.';

function call(fields: object = {}) {
  const body = { model: 'm', prompt: 'Tell: ', ...fields };
  return decodeCompletions(Buffer.from(JSON.stringify(body)));
}

function file(name: string): Buffer {
  return fixture(`openai-completions/${name}`);
}

interface Chunk {
  readonly object: string;
  readonly model: string;
  readonly choices: readonly { text: string; index: number; finish_reason: string | null }[];
  readonly usage?: { completion_tokens: number } | null;
}

function chunksOf(text: string): readonly Chunk[] {
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)) as Chunk);
}

/** Plays a stream through a tap; what the client gets at once, and in all. */
function play(tap: StreamTap, pieces: Iterable<Uint8Array>): { early: string; all: string } {
  let early = '';
  for (const piece of pieces) early += tap.push(Buffer.from(piece))?.toString() ?? '';
  early += tap.end()?.toString() ?? '';
  return { early, all: early + tap.takeTail().toString() };
}

describe('whole answers', () => {
  const usages: Readonly<Record<string, object>> = {
    length: { input: 6, output: 2 },
    logprobs: { input: 3, output: 2 },
    'several-choices': { input: 4, output: 9 },
    text: { input: 6, output: 7 },
    vllm: { input: 1, cacheRead: 4, output: 2 },
  };

  test('pass as they came, with the usage that they tell', () => {
    assert.deepEqual(fixtureNames('openai-completions', 'json'), Object.keys(usages));
    for (const [name, buckets] of Object.entries(usages)) {
      const body = file(`${name}.json`);
      const answer = openaiCompletions.readWhole(body, undefined);
      assert.equal(withoutCacheCounts(answer?.body ?? ''), body.toString());
      assert.deepEqual(answer?.usage?.usage, { ...NO_USAGE, ...buckets }, name);
    }
    assert.equal(openaiCompletions.textOfAnswer(file('text.json')), TEXT);
  });
});

describe('streams', () => {
  const whole = chunksOf(file('text.sse').toString());

  test('pass at every split; the end waits for the charge, the usage only comes if asked for', () => {
    for (const pieces of everySplit(file('text.sse'))) {
      const tap = openaiCompletions.openStream(OPTIONS);
      const { early, all } = play(tap, pieces);
      assert.ok(!early.includes('[DONE]'));
      assert.ok(all.endsWith('data: [DONE]\n\n'));
      assert.equal(
        chunksOf(all)
          .map(({ choices }) => choices[0]?.text)
          .join(''),
        TEXT,
      );
      assert.ok(chunksOf(all).every((chunk) => !('usage' in chunk)));
      assert.deepEqual(tap.usage?.usage, { ...NO_USAGE, input: 6, output: 7 });
      assert.equal(tap.isComplete, true);
    }
    const tap = openaiCompletions.openStream({ ...OPTIONS, wantsUsage: true });
    const { all } = play(tap, [file('text.sse')]);
    assert.deepEqual(chunksOf(all), whole);
  });

  test('are shown under the name that was asked for', () => {
    const tap = openaiCompletions.openStream({ ...OPTIONS, shownModel: 'asked' });
    const models = chunksOf(play(tap, [file('text.sse')]).all).map(({ model }) => model);
    assert.deepEqual(new Set(models), new Set(['asked']));
  });

  test('keep what was generated, for counting and for ending them', () => {
    const tap = openaiCompletions.openStream(OPTIONS);
    play(tap, [file('cut.sse')]);
    assert.equal(tap.isComplete, false);
    assert.equal(tap.usage, undefined);
    assert.equal(tap.generated().text, ' the harbour fell');
    assert.ok(tap.tokensLikely >= 3);
    const [end] = chunksOf(tap.endForLength(6, 3).toString());
    assert.equal(end?.object, 'text_completion');
    assert.deepEqual(end?.choices, [
      { index: 0, text: '', logprobs: null, finish_reason: 'length' },
    ]);
  });

  test('with an error in them are not complete', () => {
    const tap = openaiCompletions.openStream(OPTIONS);
    play(tap, [file('error-in-stream.sse')]);
    assert.deepEqual([tap.isComplete, tap.error !== undefined], [false, true]);
  });
});

describe('requests', () => {
  test('hold for every answer to every prompt', () => {
    const choices = (fields: object) => call(fields).choices;
    assert.equal(choices({}), 1);
    assert.equal(choices({ n: 3 }), 3);
    assert.equal(choices({ n: 2, best_of: 4 }), 4);
    assert.equal(choices({ prompt: ['a', 'b'], n: 2 }), 4);
    assert.equal(choices({ prompt: [1, 2, 3] }), 1);
    assert.equal(choices({ prompt: [[1], [2], [3]] }), 3);
    assert.equal(call({ max_tokens: 0 }).maxOutputTokens, 0);
    assert.equal(call({}).maxOutputTokens, undefined);
    assert.equal(textOfPrompts(call({ prompt: ['a', 'b'] })), 'a\nb');
    assert.equal(
      textOfPrompts(call({ prompt: [7, 8] }))
        .trim()
        .split(' ').length,
      2,
    );
  });

  test('are edited by name: the model, the usage, the bound', () => {
    const asked = call({ stream: true });
    const edits = { model: 'other', forceUsage: true } as const;
    const outputBound = { field: 'max_completion_tokens', tokens: 9 };
    const body = openaiCompletions.editRequest(asked, { ...edits, outputBound });
    assert.deepEqual(JSON.parse(body.toString()), {
      stream_options: { include_usage: true },
      max_tokens: 9,
      model: 'other',
      prompt: 'Tell: ',
      stream: true,
    });
    const same = openaiCompletions.editRequest(asked, { model: 'm', forceUsage: false });
    assert.equal(same, asked.body);
  });
});

describe('an upstream that chats', () => {
  const relay = createCompletionTranslation(chatUpstream);

  test('is asked for one turn, with all that both know', () => {
    const asked = call({
      max_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      seed: 3,
      stop: ['a', 'b'],
      presence_penalty: 1,
      frequency_penalty: -1,
      logit_bias: { 50256: -100 },
      logprobs: 2,
      n: 2,
      user: 'someone',
    });
    const { body, losses } = relay.writeRequest(asked, TARGET);
    assert.deepEqual(losses, []);
    const sent = JSON.parse(body.toString()) as Record<string, unknown>;
    assert.deepEqual(sent.messages, [{ role: 'user', content: 'Tell: ' }]);
    for (const [field, value] of Object.entries({
      temperature: 0.5,
      top_p: 0.9,
      seed: 3,
      stop: ['a', 'b'],
      presence_penalty: 1,
      frequency_penalty: -1,
      logprobs: true,
      top_logprobs: 2,
      n: 2,
      user: 'someone',
    })) {
      assert.deepEqual(sent[field], value, field);
    }
  });

  test('answers as a completion, probabilities and all', () => {
    const chat = fixture('openai-chat/logprobs.json');
    const { body, usage } = relay.readWhole(chat, call(), VIEW) ?? {};
    const shown = JSON.parse(String(body));
    const own = JSON.parse(chat.toString());
    assert.deepEqual([shown.object, shown.model, shown.id], ['text_completion', 'shown', own.id]);
    const [choice] = shown.choices;
    assert.equal(choice.text, own.choices[0].message.content);
    assert.equal(choice.logprobs.tokens.join(''), choice.text);
    assert.equal(choice.logprobs.tokens.length, choice.logprobs.text_offset.length);
    assert.equal(usage?.usage.output, own.usage.completion_tokens);
  });

  test('streams at every split, thoughts left out', () => {
    const { wantsUsage } = call({ stream: true, stream_options: { include_usage: true } });
    assert.equal(wantsUsage, true);
    const asked = call({ stream: true, stream_options: { include_usage: true } });
    const upstream = createCompletionTranslation(messagesUpstream);
    const answer = JSON.parse(fixture('anthropic-messages/reasoning.json').toString());
    const said = answer.content
      .map(({ type, text }: { type: string; text?: string }) => (type === 'text' ? text : ''))
      .join('');
    for (const pieces of everySplit(fixture('anthropic-messages/reasoning.sse'))) {
      const tap = upstream.openStream(asked, VIEW);
      const { early, all } = play(tap, pieces);
      const chunks = chunksOf(all);
      assert.equal(chunks.map(({ choices }) => choices[0]?.text ?? '').join(''), said);
      assert.ok(!early.includes('"finish_reason":"'));
      assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, 'stop');
      assert.equal(chunks.at(-1)?.usage?.completion_tokens, answer.usage.output_tokens);
      assert.ok(all.endsWith('data: [DONE]\n\n'));
    }
  });
});
