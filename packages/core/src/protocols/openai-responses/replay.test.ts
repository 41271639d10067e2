import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom, fixture } from '@meridian/testkit';
import { decodeResponses } from './decode.ts';
import { errorOfBytes, responseOfBody, responseOfHead, responseOfTail } from './final-response.ts';
import { responsesClient } from './index.ts';
import { replayResponse } from './replay.ts';
import { inForeground, withInput } from './rewrite.ts';
import { judgeStream } from './testing/event-grammar.ts';
import { Draw, randomAnswer } from './testing/random-neutral.ts';

const SHOWN = { model: 'm', requestId: '0199-cafe', createdAt: 7 };

describe('a kept response as a stream', () => {
  test('keeps the grammar, and ends with the very response', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const answer = randomAnswer(new Draw(createSeededRandom(seed)));
      const response = JSON.parse(responsesClient.encodeAnswer(answer, SHOWN).toString());
      assert.deepEqual(judgeStream(replayResponse(response)).response, response, `seed ${seed}`);
    }
  });

  test('only begins while it runs, and ends as incomplete when it was cancelled', () => {
    const response = { id: 'resp_1', status: 'queued', output: [] };
    assert.equal(replayResponse(response).match(/^event: /gm)?.length, 2);
    const cancelled = replayResponse({ ...response, status: 'cancelled' });
    assert.match(cancelled, /event: response\.incomplete\n/);
    assert.match(cancelled, /"status":"cancelled"/);
  });
});

describe('a stream that is taken up again', () => {
  const response = JSON.parse(fixture('openai-responses/parallel-tool-calls.json').toString());
  const numbersOf = (stream: string): number[] =>
    [...stream.matchAll(/"sequence_number":(\d+)/g)].map(([, number]) => Number(number));

  test('goes on behind the event that was seen last', () => {
    const all = replayResponse(response).split('\n\n');
    for (const after of [0, 3, 7]) {
      const rest = replayResponse(response, after);
      assert.equal(rest, all.slice(after + 1).join('\n\n'));
      assert.equal(numbersOf(rest)[0], after + 1);
    }
  });

  test('ends in any case, with a number that nobody has seen', () => {
    const last = replayResponse(response, 5_000);
    assert.match(last, /^event: response\.completed\n/);
    assert.deepEqual(numbersOf(last), [5_001]);
  });
});

describe('the response in what a client gets', () => {
  const stream = fixture('openai-responses/parallel-tool-calls.sse');
  const whole = fixture('openai-responses/parallel-tool-calls.json');

  test('is the body of a whole answer, and in the last event of a stream', () => {
    const expected = JSON.parse(whole.toString());
    assert.deepEqual(responseOfBody(whole), expected);
    assert.deepEqual(responseOfTail(stream), expected);
    const tail = stream.subarray(stream.lastIndexOf('event: '));
    assert.deepEqual(responseOfTail(tail), expected);
  });

  test('begins a stream', () => {
    assert.equal(responseOfHead(stream)?.id, 'resp_08b2');
    assert.equal(responseOfHead(stream)?.status, 'in_progress');
  });

  test('is not there where none is', () => {
    const cut = fixture('openai-responses/cut.sse');
    for (const bytes of [cut, Buffer.from(''), Buffer.from('data: {"type":\n\n')]) {
      assert.equal(responseOfTail(bytes), undefined);
    }
    assert.equal(responseOfBody(Buffer.from('{"error":{}}')), undefined);
    assert.equal(responseOfHead(Buffer.from(': hi\n\n')), undefined);
  });

  test('may be an error instead, in a body or an event', () => {
    const body = Buffer.from('{"error":{"message":"No.","code":"nope"}}');
    assert.deepEqual(errorOfBytes(body), { code: 'nope', message: 'No.' });
    const event = Buffer.from(
      `event: error\ndata: {"type":"error",${body.toString().slice(1)}\n\n`,
    );
    assert.deepEqual(errorOfBytes(event), { code: 'nope', message: 'No.' });
    const flat = Buffer.from('data: {"type":"error","code":null,"message":"No."}\n\n');
    assert.deepEqual(errorOfBytes(flat), { code: 'server_error', message: 'No.' });
    assert.equal(errorOfBytes(Buffer.from('')), undefined);
  });
});

describe('a request that is made of another', () => {
  const decode = (text: string) => decodeResponses(Buffer.from(text));

  test('has another input, and what it repeats is the client’s', () => {
    const call = decode(
      '{ "model":"m", "previous_response_id":"resp_1", "input":"Hi", "user":"u" }',
    );
    const made = withInput(call, [{ role: 'user', content: 'All' }]);
    assert.equal(
      made.body.toString(),
      '{ "model":"m", "previous_response_id":null, "input":[{"role":"user","content":"All"}], "user":"u" }',
    );
    assert.equal(made.previousResponseId, undefined);
    const body = responsesClient.encodeAnswer(
      {
        id: '',
        model: 'm',
        createdAt: 0,
        choices: [],
        usage: undefined,
        isSuspicious: false,
      },
      { ...SHOWN, call: made },
    );
    const response = JSON.parse(body.toString());
    assert.equal(response.previous_response_id, 'resp_1');
    assert.equal(response.user, 'u');
  });

  test('may have had no input', () => {
    const made = withInput(decode('{"previous_response_id":"resp_1","model":"m"}'), []);
    assert.equal(made.body.toString(), '{"input":[],"previous_response_id":null,"model":"m"}');
  });

  test('runs in the foreground, streamed, also when it was made already', () => {
    const call = decode('{"model":"m","input":"Hi","background":true,"store":false}');
    const made = inForeground(withInput(call, ['x']));
    assert.equal(
      made.body.toString(),
      '{"stream":true,"model":"m","input":["x"],"background":false,"store":false}',
    );
    assert.equal(made.isStream, true);
    assert.equal(made.isBackground, false);
    assert.equal(made.original, call);
  });
});
