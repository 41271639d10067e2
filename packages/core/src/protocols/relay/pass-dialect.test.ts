import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everySplit, fixture } from '@meridian/testkit';
import { Failure } from '../../kernel/index.ts';
import type { StreamTap } from '../dialect.ts';
import { gatherAnswer } from '../neutral/testing/gather-answer.ts';
import {
  CLIENTS,
  essenceOf,
  type MatrixClient,
  type MatrixUpstream,
  UPSTREAMS,
} from './testing/matrix-world.ts';

const FAILURE = new Failure('upstream_error', { message: 'The upstream ended early.' });
const HIDDEN = 'the-name-that-was-asked-for';

/** The dialects that are made of their wires; chat has a tap of its own. */
const PAIRS = CLIENTS.flatMap((client): [MatrixClient, MatrixUpstream][] => {
  const upstream = UPSTREAMS.find(({ wire }) => wire.name === client.wire.name);
  return upstream && client.wire.name !== 'chat' ? [[client, upstream]] : [];
});

function passed(tap: StreamTap, pieces: readonly Uint8Array[]): Buffer {
  const out = pieces.map((piece) => tap.push(Buffer.from(piece)) ?? Buffer.alloc(0));
  return Buffer.concat([...out, tap.end() ?? Buffer.alloc(0)]);
}

function open({ dialect }: MatrixClient, shownModel?: string): StreamTap {
  return dialect.openStream({ wantsUsage: true, shownModel, requestId: 'r1', createdAt: 7 });
}

assert.equal(PAIRS.length, 3);

for (const [client, upstream] of PAIRS) {
  describe(`${client.wire.name} on both sides`, () => {
    const name = upstream.fixtures.reasoning ?? '';
    const stream = fixture(`${upstream.folder}/${name}.sse`);
    const whole = fixture(`${upstream.folder}/${name}.json`);
    const answer = upstream.wire.decodeAnswer(whole);
    assert.ok(answer);

    test('a stream passes as it came, however it is cut, and its usage is read', () => {
      for (const pieces of everySplit(stream, { random: 5 })) {
        const tap = open(client);
        const bytes = Buffer.concat([passed(tap, pieces), tap.takeTail()]);
        assert.ok(bytes.equals(stream));
        assert.deepEqual(tap.usage?.usage, answer.usage);
        assert.equal(tap.isComplete, true);
      }
    });

    test('the end waits for the tail', () => {
      const tap = open(client);
      const bytes = passed(tap, [stream]);
      assert.ok(bytes.length > 0);
      const reader = upstream.wire.openReader();
      assert.ok(!reader.push(bytes).some(({ kind }) => kind === 'stop' || kind === 'end'));
      assert.ok(reader.push(tap.takeTail()).some(({ kind }) => kind === 'stop'));
    });

    test('a hidden name shows nowhere, and everything else is as it was', () => {
      const tap = open(client, HIDDEN);
      const bytes = Buffer.concat([passed(tap, [stream]), tap.takeTail()]);
      const read = (given: Buffer) => {
        const reader = upstream.wire.openReader();
        return gatherAnswer([...reader.push(given), ...reader.end()]).answer;
      };
      assert.deepEqual(read(bytes), { ...read(stream), model: HIDDEN });
      assert.ok(!bytes.includes(JSON.stringify(answer.model)));
    });

    test('a stream that is stopped ends as the wire ends one for its length', () => {
      const tap = open(client, HIDDEN);
      const half = tap.push(stream.subarray(0, Math.floor(stream.length / 2)));
      const reader = upstream.wire.openReader();
      const bytes = Buffer.concat([half ?? Buffer.alloc(0), tap.endForLength(7, 3)]);
      const gathered = gatherAnswer([...reader.push(bytes), ...reader.end()]);
      const { stop } = gathered.answer.choices[0] ?? {};
      const { input, output } = gathered.answer.usage ?? {};
      assert.deepEqual([gathered.isStopped, stop, input, output], [true, 'length', 7, 3]);
    });

    test('what a stopped stream says is the same wherever it is stopped', () => {
      for (let at = 1; at < 20; at++) {
        const tap = open(client, HIDDEN);
        const half = tap.push(stream.subarray(0, Math.floor((stream.length * at) / 20)));
        if (tap.isComplete) return;
        const reader = upstream.wire.openReader();
        const bytes = Buffer.concat([half ?? Buffer.alloc(0), tap.endForLength(7, 3)]);
        const { isStopped } = gatherAnswer([...reader.push(bytes), ...reader.end()]);
        assert.equal(isStopped, true, `at ${at} of 20`);
      }
    });

    test('a whole answer passes as it came, or under the name that was asked for', () => {
      const same = client.dialect.readWhole(whole, undefined);
      assert.equal(same?.body, whole);
      assert.deepEqual(same?.usage?.usage, answer.usage);
      const renamed = client.dialect.readWhole(whole, HIDDEN);
      const again = upstream.wire.decodeAnswer(renamed?.body ?? Buffer.alloc(0));
      assert.deepEqual(again, { ...answer, model: HIDDEN });
      assert.equal(client.dialect.readWhole(Buffer.from('<html>'), undefined), undefined);
    });

    test('the text of an answer is what is counted where no usage came', () => {
      const { text, thoughts, calls } = essenceOf(answer);
      const said = client.dialect.textOfAnswer(whole);
      assert.ok(said.includes(text) && said.includes(thoughts));
      assert.equal(calls.length > 0, said.includes('{'));
      assert.equal(client.dialect.textOfAnswer(Buffer.from('<html>')), '');
    });

    test('an error is an event of the wire', () => {
      const body = client.wire.errorBody(FAILURE);
      const event = client.dialect.errorEvent(body);
      const [error] = upstream.wire.openReader().push(event);
      assert.ok(error?.kind === 'error');
      assert.equal(error.error.message, FAILURE.message);
    });
  });
}
