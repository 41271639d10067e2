import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventStream, fixture, readMessages } from '@meridian/testkit';
import type { StreamTap } from '../dialect.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { gatherAnswer } from '../neutral/testing/gather-answer.ts';
import type { WireTarget } from '../wire.ts';
import {
  CLIENTS,
  callOf,
  type Essence,
  essenceOf,
  type MatrixClient,
  type MatrixUpstream,
  type Scenario,
  sealsOf,
  UPSTREAMS,
} from './testing/matrix-world.ts';
import { createTranslation } from './translation.ts';

const VIEW = { shownModel: 'm', requestId: '0199-cafe', createdAt: 1_790_000_000 };

type Form = 'whole' | 'stream';

function wholeOf({ folder }: MatrixUpstream, name: string): Buffer {
  return fixture(`${folder}/${name}.json`);
}

/** The stream of a fixture; Converse streams are binary, and their fixtures are not. */
function streamOf({ folder, wire }: MatrixUpstream, name: string): Buffer {
  if (wire.name !== 'converse') return fixture(`${folder}/${name}.sse`);
  return eventStream(readMessages(fixture(`${folder}/${name}.jsonl`)));
}

/** What a client's wire cannot say as it was, and says in the nearest way that it has. */
function asClientSees({ wire }: MatrixClient, essence: Essence, form: Form): Essence {
  const { text, refusal, stop, usage } = essence;
  switch (wire.name) {
    case 'messages': {
      // Anthropic has one reason for filters and refusals, and no audio; in a stream a refusal is
      // said before it is known to be the last word.
      const input = usage && { ...usage, input: usage.input + usage.inputAudio, inputAudio: 0 };
      const said = form === 'stream' ? text + refusal : text;
      return {
        ...essence,
        text: said,
        stop: stop === 'contentFilter' ? 'refusal' : stop,
        usage: input,
      };
    }
    case 'gemini': {
      // Google knows filters only, and no times for which a cache is kept.
      const written = usage && usage.cacheWrite5m + usage.cacheWrite1h;
      return {
        ...essence,
        text: text + refusal,
        refusal: '',
        stop: stop === 'refusal' ? 'contentFilter' : stop,
        usage: usage && { ...usage, cacheWrite5m: written ?? 0, cacheWrite1h: 0 },
      };
    }
    default:
      return essence;
  }
}

function relayOf(client: MatrixClient, upstream: MatrixUpstream) {
  const relay = createTranslation(client.wire, upstream.wire);
  const call = callOf(client, { stream: true, ...client.plain });
  return {
    readWhole: (body: Buffer) => relay.readWhole(body, call, VIEW),
    openStream: () => relay.openStream(call, VIEW),
  };
}

function passed(tap: StreamTap, pieces: readonly Uint8Array[]): Buffer {
  const out = pieces.map((piece) => tap.push(Buffer.from(piece)) ?? Buffer.alloc(0));
  return Buffer.concat([...out, tap.end() ?? Buffer.alloc(0)]);
}

function gatheredBy({ reader }: MatrixClient, bytes: Buffer) {
  const events = reader.openReader();
  return gatherAnswer([...events.push(bytes), ...events.end()]);
}

const CUTS = 24;

/** Some ways in which bytes come: whole, one by one, and in two pieces at places all over. */
function someSplits(bytes: Buffer): Uint8Array[][] {
  const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
  const halves = Array.from({ length: CUTS }, (_, n) => {
    const at = 1 + Math.floor(((bytes.length - 1) * n) / CUTS);
    return [bytes.subarray(0, at), bytes.subarray(at)];
  });
  return [single, ...halves];
}

/** As much of a stream as comes when the connection is lost in the middle of it. */
function halfOf(upstream: MatrixUpstream): Buffer {
  const stream = streamOf(upstream, upstream.fixtures.text ?? '');
  return stream.subarray(0, Math.floor(stream.length / 2));
}

function neutralOf(upstream: MatrixUpstream, name: string) {
  const answer = upstream.wire.decodeAnswer(wholeOf(upstream, name));
  assert.ok(answer);
  return answer;
}

function bytesWithoutSplits(client: MatrixClient, upstream: MatrixUpstream, name: string): Buffer {
  const tap = relayOf(client, upstream).openStream();
  const bytes = passed(tap, [streamOf(upstream, name)]);
  assert.equal(tap.isComplete, true);
  return Buffer.concat([bytes, tap.takeTail()]);
}

for (const upstream of UPSTREAMS) {
  for (const client of CLIENTS) {
    describe(`${upstream.wire.name} to ${client.wire.name}`, () => {
      for (const [scenario, name] of Object.entries(upstream.fixtures)) {
        test(`${scenario}: whole and streamed, the client reads what the upstream said`, () => {
          const essence = essenceOf(neutralOf(upstream, name));
          const whole = relayOf(client, upstream).readWhole(wholeOf(upstream, name));
          assert.ok(whole);
          const answer = client.reader.decodeAnswer(whole.body);
          assert.ok(answer);
          assert.deepEqual(essenceOf(answer), asClientSees(client, essence, 'whole'));
          assert.deepEqual(whole.usage?.usage, essence.usage, 'what is billed is not translated');

          const { answer: streamed, isStopped } = gatheredBy(
            client,
            bytesWithoutSplits(client, upstream, name),
          );
          assert.equal(isStopped, true);
          assert.deepEqual(essenceOf(streamed), asClientSees(client, essence, 'stream'));
        });
      }

      for (const scenario of ['calls', 'reasoning', 'unicode'] satisfies Scenario[]) {
        test(`${scenario}: a stream is the same however its bytes are cut`, () => {
          const name = upstream.fixtures[scenario] ?? '';
          const expected = bytesWithoutSplits(client, upstream, name).toString();
          const { usage } = neutralOf(upstream, name);
          for (const pieces of someSplits(streamOf(upstream, name))) {
            const tap = relayOf(client, upstream).openStream();
            const bytes = passed(tap, pieces);
            assert.equal(Buffer.concat([bytes, tap.takeTail()]).toString(), expected);
            assert.deepEqual(tap.usage?.usage, usage);
          }
        });
      }

      test('seals come back with the next turn, from a whole answer and from a stream', () => {
        for (const scenario of ['reasoning', 'cache', 'calls'] satisfies Scenario[]) {
          checkSeals(client, upstream, upstream.fixtures[scenario] ?? '');
        }
      });

      test('an error in a stream is one, behind what had come before it', () => {
        const tap = relayOf(client, upstream).openStream();
        const bytes = passed(tap, [streamOf(upstream, upstream.error)]);
        assert.ok(tap.error);
        assert.equal(tap.isComplete, false);
        assert.equal(tap.isCommitted, true);
        const { answer, error, isStopped } = gatheredBy(
          client,
          Buffer.concat([bytes, tap.takeTail()]),
        );
        assert.equal(error?.message, (tap.error as { message: string }).message);
        assert.equal(isStopped, false);
        assert.notEqual(essenceOf(answer).text, '');
      });

      test('a cut stream gets no end', () => {
        const tap = relayOf(client, upstream).openStream();
        const bytes = tap.push(halfOf(upstream)) ?? Buffer.alloc(0);
        assert.equal(tap.isComplete, false);
        const { isStopped } = gatheredBy(client, Buffer.concat([bytes, tap.takeTail()]));
        assert.equal(isStopped, false);
      });

      test('a stream stopped for its length ends as one, with the usage that was counted', () => {
        const tap = relayOf(client, upstream).openStream();
        const bytes = tap.push(halfOf(upstream)) ?? Buffer.alloc(0);
        const { answer, isStopped } = gatheredBy(
          client,
          Buffer.concat([bytes, tap.endForLength(7, 3)]),
        );
        const { stop, usage } = essenceOf(answer);
        assert.deepEqual([isStopped, stop, usage?.input, usage?.output], [true, 'length', 7, 3]);
      });
    });
  }
}

/** A seal goes to the client, comes back with its next request, and is what the upstream gets. */
function checkSeals(client: MatrixClient, upstream: MatrixUpstream, name: string): void {
  const { parts = [] } = neutralOf(upstream, name).choices[0] ?? {};
  const seals = sealsOf(parts);
  const whole = relayOf(client, upstream).readWhole(wholeOf(upstream, name));
  assert.ok(whole);
  for (const answer of [JSON.parse(whole.body.toString()), streamedTo(client, upstream, name)]) {
    const echo = { tools: client.rich.tools, ...client.echo(answer) };
    const request = client.wire.decodeRequest(callOf(client, echo));
    assert.deepEqual(
      request.messages.flatMap((message) => sealsOf(message.parts)),
      seals,
    );
    const { body: next, losses } = upstream.wire.encodeRequest(request, targetOf(upstream));
    assert.deepEqual(losses, []);
    const given = JSON.stringify(JSON.parse(next.toString()));
    for (const secret of seals.map(secretIn)) assert.ok(given.includes(secret), secret);
  }
}

/** The whole answer that a client puts together from a stream. */
function streamedTo(client: MatrixClient, upstream: MatrixUpstream, name: string) {
  const bytes = bytesWithoutSplits(client, upstream, name);
  if (client.lastOf) return client.lastOf(bytes.toString());
  const { answer } = gatheredBy(client, bytes);
  return JSON.parse(client.wire.encodeAnswer(answer, { ...VIEW, model: 'm' }).toString());
}

/** What of a seal the upstream has to see again; chat's is an object around it. */
function secretIn(seal: string): string {
  const data = seal.split(' ').slice(2).join(' ');
  const { signature = data } = data.startsWith('{')
    ? (JSON.parse(data) as { signature?: string })
    : {};
  return JSON.stringify(signature).slice(1, -1);
}

function targetOf({ canonical }: MatrixUpstream): WireTarget {
  return { model: 'up', canonical, includeUsage: true };
}

/** What every client can say of a request, and every upstream can be told. */
function requestEssence(request: NeutralRequest): unknown {
  const { messages, tools, sampling, maxOutputTokens } = request;
  return {
    said: messages.flatMap(({ role, parts }) =>
      parts.map((part) => {
        switch (part.type) {
          case 'text':
            return [role, part.text];
          case 'image':
            return [role, part.source];
          case 'toolCall':
            return [role, part.id, part.name, JSON.parse(part.arguments)];
          case 'toolResult':
            return [
              role,
              part.callId,
              part.name,
              part.content.map((each) => 'text' in each && each.text),
            ];
          default:
            return [role, part];
        }
      }),
    ),
    tools: tools.map(
      (tool) => 'parameters' in tool && [tool.name, tool.description, tool.parameters],
    ),
    temperature: sampling.temperature,
    maxOutputTokens,
  };
}

describe('requests', () => {
  const [first] = CLIENTS;
  assert.ok(first);
  const expected = requestEssence(first.wire.decodeRequest(callOf(first, first.rich)));

  for (const client of CLIENTS) {
    const request = client.wire.decodeRequest(callOf(client, client.rich));

    test(`${client.wire.name}: means the same as in every other wire`, () => {
      assert.deepEqual(requestEssence(request), expected);
    });

    for (const upstream of UPSTREAMS) {
      test(`${client.wire.name} to ${upstream.wire.name}: nothing is lost`, () => {
        const { body, losses } = upstream.wire.encodeRequest(request, targetOf(upstream));
        assert.deepEqual(losses, []);
        const reader = CLIENTS.find(({ wire }) => wire.name === upstream.wire.name);
        // Converse has no clients; its own tests read what it writes.
        if (!reader) return;
        const again = reader.wire.decodeRequest(callOf(reader, JSON.parse(body.toString())));
        assert.deepEqual(requestEssence(again), expected);
      });
    }
  }
});
