import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BrokenStream } from '../dialect.ts';
import { withoutCacheCounts } from '../relay/testing/without-counts.ts';
import { ChatStreamTap } from './stream-tap.ts';

const HEAD = '"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"up-model"';

function chunk(rest: string): string {
  return `data: {${HEAD},${rest}}\n\n`;
}

const ROLE = chunk(
  '"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]',
);
const HELLO = chunk('"choices":[{"index":0,"delta":{"content":"Grüße 🌍"},"finish_reason":null}]');
const WORLD = chunk(
  '"choices":[{"index":0,"delta":{"content":" \\"usage\\": {x}"},"finish_reason":null}]',
);
const STOP = chunk('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]');
const USAGE = chunk(
  '"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4}}',
);
const DONE = 'data: [DONE]\n\n';
const STREAM = ROLE + HELLO + WORLD + STOP + USAGE + DONE;

interface Options {
  wantsUsage?: boolean;
  shownModel?: string;
}

function tapOf({ wantsUsage = true, shownModel }: Options = {}): ChatStreamTap {
  return new ChatStreamTap({ wantsUsage, shownModel });
}

/** Feeds the pieces and gives what passed before the commit and what was kept for after it. */
function feed(tap: ChatStreamTap, pieces: readonly Buffer[]): { passed: string; tail: string } {
  const out = pieces.map((piece) => tap.push(piece));
  out.push(tap.end());
  const passed = Buffer.concat(out.filter((bytes) => bytes !== undefined)).toString();
  return { passed, tail: tap.takeTail().toString() };
}

function whole(text: string): readonly Buffer[] {
  return [Buffer.from(text)];
}

describe('the bytes of a stream', () => {
  test('pass verbatim, the usage chunk and [DONE] after the commit', () => {
    const tap = tapOf();
    const { passed, tail } = feed(tap, whole(STREAM));
    assert.equal(passed, ROLE + HELLO + WORLD + STOP);
    const told = USAGE.replace(
      '"usage":{',
      '"usage":{"cache_creation_tokens":0,"cache_read_tokens":4,',
    );
    assert.equal(tail, told + DONE);
    assert.equal(tap.usage?.usage.input, 6);
    assert.equal(tap.usage?.usage.cacheRead, 4);
    assert.equal(tap.usage?.usage.output, 5);
    assert.equal(tap.isComplete, true);
  });

  test('are the same whichever byte the network splits them at', () => {
    for (const text of [STREAM, STREAM.replaceAll('\n', '\r\n')]) {
      const bytes = Buffer.from(text);
      const expected = feed(tapOf(), [bytes]);
      for (let at = 1; at < bytes.length; at++) {
        const tap = tapOf();
        const seen = feed(tap, [bytes.subarray(0, at), bytes.subarray(at)]);
        assert.deepEqual(seen, expected, `split at ${at}`);
        assert.equal(tap.usage?.usage.output, 5);
      }
      const single = feed(
        tapOf(),
        Array.from(bytes, (byte) => Buffer.from([byte])),
      );
      assert.deepEqual(single, expected);
    }
  });

  test('lose the usage chunk where the client did not ask for it', () => {
    const tap = tapOf({ wantsUsage: false });
    const { passed, tail } = feed(tap, whole(STREAM));
    assert.equal(passed + tail, ROLE + HELLO + WORLD + STOP + DONE);
    assert.equal(tap.usage?.usage.output, 5);
  });

  test('lose the empty usage field that only our asking brought', () => {
    const given = chunk('"choices":[{"delta":{"content":"a"}}],"usage":null');
    const shown = chunk('"choices":[{"delta":{"content":"a"}}]');
    assert.equal(feed(tapOf({ wantsUsage: false }), whole(given + DONE)).passed, shown);
    assert.equal(feed(tapOf(), whole(given + DONE)).passed, given);
  });

  test('keep comments and unknown fields', () => {
    const extra = chunk('"choices":[{"delta":{"content":"a"}}],"x_extra":{"y":1}');
    const odd = `: PROCESSING\n\n${extra}`;
    assert.equal(feed(tapOf(), whole(odd + DONE)).passed, odd);
  });

  test('show the asked name in every chunk, and only there', () => {
    const tap = tapOf({ shownModel: 'asked "name"' });
    const said = chunk('"choices":[{"delta":{"content":"\\"model\\":\\"up-model\\""}}]');
    const { passed, tail } = feed(tap, whole(ROLE + said + USAGE + DONE));
    assert.ok(!passed.includes('"model":"up-model"'));
    assert.ok(passed.includes('\\"model\\":\\"up-model\\"'));
    assert.ok(passed.includes('"model":"asked \\"name\\""'));
    assert.ok(tail.includes('"model":"asked \\"name\\""'));
  });
});

describe('before the first content', () => {
  test('nothing passes, so that another upstream can still be tried', () => {
    const tap = tapOf();
    assert.equal(tap.push(Buffer.from(`: hi\n\n${ROLE}`)), undefined);
    assert.equal(tap.isCommitted, false);
    assert.equal(tap.push(Buffer.from(HELLO))?.toString(), `: hi\n\n${ROLE}${HELLO}`);
    assert.equal(tap.isCommitted, true);
  });

  for (const [name, delta] of [
    ['reasoning', '{"reasoning_content":"hm"}'],
    ['a tool call', '{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":""}}]}'],
    ['a refusal', '{"refusal":"no"}'],
  ] as const) {
    test(`${name} counts as content`, () => {
      const tap = tapOf();
      tap.push(Buffer.from(chunk(`"choices":[{"index":0,"delta":${delta}}]`)));
      assert.equal(tap.isCommitted, true);
    });
  }

  test('an error event leaves the stream uncommitted', () => {
    const tap = tapOf();
    tap.push(Buffer.from(`${ROLE}data: {"error":{"message":"overloaded","code":503}}\n\n`));
    assert.equal(tap.isCommitted, false);
    assert.deepEqual(tap.error, { message: 'overloaded', code: 503 });
  });

  test('an empty answer is whole after its [DONE]', () => {
    const tap = tapOf();
    const { passed, tail } = feed(tap, whole(ROLE + STOP + USAGE + DONE));
    assert.equal(withoutCacheCounts(passed + tail), ROLE + STOP + USAGE + DONE);
    assert.equal(tap.isComplete, true);
  });
});

describe('usage', () => {
  test('a later snapshot replaces an earlier one and does not hold back content', () => {
    const first = chunk(
      '"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":3,"completion_tokens":1}',
    );
    const second = chunk(
      '"choices":[{"delta":{"content":"b"}}],"usage": {"prompt_tokens":3,"completion_tokens":2}',
    );
    const tap = tapOf();
    const { passed } = feed(tap, whole(first + second + DONE));
    assert.equal(passed, first + second);
    assert.equal(tap.usage?.usage.output, 2);
  });

  test('a null or quoted usage is none', () => {
    const tap = tapOf();
    feed(tap, whole(chunk('"choices":[{"delta":{"content":"a"}}],"usage":null') + WORLD + DONE));
    assert.equal(tap.usage, undefined);
  });

  test('impossible counts are clamped and told', () => {
    const tap = tapOf();
    feed(
      tap,
      whole(HELLO + chunk('"choices":[],"usage":{"prompt_tokens":-5,"completion_tokens":7}')),
    );
    assert.equal(tap.usage?.usage.input, 0);
    assert.equal(tap.usage?.isSuspicious, true);
  });
});

describe('the end', () => {
  test('without [DONE] or a finish reason is a cut', () => {
    const tap = tapOf();
    feed(tap, whole(ROLE + HELLO));
    assert.equal(tap.isComplete, false);
  });

  test('without [DONE] but with a finish reason is an end', () => {
    const tap = tapOf();
    feed(tap, whole(ROLE + HELLO + STOP.slice(0, -2)));
    assert.equal(tap.isComplete, true);
  });

  test('for want of credit is length, with usage where it was asked for', () => {
    const tap = tapOf({ shownModel: 'asked' });
    feed(tap, whole(ROLE + HELLO));
    const end = tap.endForLength(3, 2).toString();
    assert.match(end, /"model":"asked".*"finish_reason":"length"/);
    assert.match(end, /"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}/);
    assert.ok(end.endsWith(DONE));
  });

  test('what was generated is kept for counting', () => {
    const tap = tapOf();
    feed(tap, whole(ROLE + HELLO + WORLD));
    assert.deepEqual(tap.generated(), { text: 'Grüße 🌍 "usage": {x}', factor: 1 });
  });
});

test('an event may be as large as a picture of 4096 × 4096 pixels; one without end is refused', () => {
  const piece = Buffer.alloc(8 * 1024 * 1024, 'x');
  const picture = tapOf();
  picture.push(Buffer.from('data: {"choices":[{"delta":{"content":"'));
  for (let at = 0; at < 4; at++) assert.equal(picture.push(piece), undefined);
  const whole = picture.push(Buffer.from('"}}]}\n\n'));
  assert.ok(whole && whole.length > 4 * piece.length);
  const endless = tapOf();
  assert.throws(() => {
    for (let at = 0; at < 8; at++) endless.push(piece);
  }, BrokenStream);
});
