import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sseReply } from '@meridian/testkit';
import { type Service, startService } from './support/service.ts';
import { bareUsage, content, DONE, event, finish, START, usage } from './support/sse-chunks.ts';

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

interface UsageCase {
  readonly title: string;
  readonly events: readonly string[];
  /** Input and output that are billed; null where they have to be counted. */
  readonly billed: readonly [input: number, output: number] | null;
  /** The events that a client gets that did not ask for the usage; default: all. */
  readonly shown?: readonly string[];
}

const TEXT = [START, content('Two'), content(' words')];

const CASES: readonly UsageCase[] = [
  {
    title: 'in a chunk of its own before [DONE]',
    events: [...TEXT, finish(), bareUsage(11, 3), DONE],
    shown: [...TEXT, finish(), DONE],
    billed: [11, 3],
  },
  {
    title: 'in the chunk that ends the choice',
    events: [...TEXT, finish(`,${usage(11, 3)}`), DONE],
    billed: [11, 3],
  },
  {
    title: 'in every chunk: the last one counts',
    events: [
      START,
      content('Two', `,${usage(11, 1)}`),
      content(' words', `,${usage(11, 2)}`),
      finish(`,${usage(11, 3)}`),
      DONE,
    ],
    billed: [11, 3],
  },
  {
    title: 'in the first chunk already, and again at the end',
    events: [
      event(`"choices":[{"index":0,"delta":{"role":"assistant"}}],${usage(11, 0)}`),
      content('Two words'),
      finish(),
      bareUsage(11, 3),
      DONE,
    ],
    shown: [
      event(`"choices":[{"index":0,"delta":{"role":"assistant"}}],${usage(11, 0)}`),
      content('Two words'),
      finish(),
      DONE,
    ],
    billed: [11, 3],
  },
  {
    title: 'in two chunks of their own: the later one counts',
    events: [...TEXT, finish(), bareUsage(11, 1), bareUsage(11, 3), DONE],
    shown: [...TEXT, finish(), DONE],
    billed: [11, 3],
  },
  {
    title: 'after [DONE]',
    events: [...TEXT, finish(), DONE, bareUsage(11, 3)],
    shown: [...TEXT, finish(), DONE],
    billed: [11, 3],
  },
  {
    title: 'in a chunk of its own in the middle, with content behind it',
    events: [
      START,
      content('Two'),
      bareUsage(11, 1),
      content(' words'),
      finish(),
      bareUsage(11, 3),
      DONE,
    ],
    shown: [START, content('Two'), content(' words'), finish(), DONE],
    billed: [11, 3],
  },
  {
    title: 'with white space around',
    events: [
      ...TEXT,
      finish(),
      event('"choices" : [ ] , "usage"  :  {"prompt_tokens": 11 ,"completion_tokens": 3 }'),
      DONE,
    ],
    shown: [...TEXT, finish(), DONE],
    billed: [11, 3],
  },
  {
    title: 'behind another field of that name further inside',
    events: [
      ...TEXT,
      finish(),
      event(`"x_vendor":{"usage":null},"choices":[],${usage(11, 3)}`),
      DONE,
    ],
    shown: [...TEXT, finish(), DONE],
    billed: [11, 3],
  },
  {
    title: 'in the words of the answer only: that is no usage',
    events: [
      START,
      content('Two words "usage":{"prompt_tokens":9,"completion_tokens":9}'),
      finish(),
      DONE,
    ],
    billed: null,
  },
  {
    title: 'null everywhere: it is counted',
    events: [START, content('Two words', ',"usage":null'), finish(',"usage":null'), DONE],
    billed: null,
  },
  {
    title: 'without [DONE], where the upstream simply ends',
    events: [...TEXT, finish(), bareUsage(11, 3)],
    shown: [...TEXT, finish()],
    billed: [11, 3],
  },
  {
    title: 'not at all and without [DONE], but with a finish_reason: complete and counted',
    events: [...TEXT, finish()],
    billed: null,
  },
];

describe('the usage of a stream is found', () => {
  for (const { title, events, billed, shown = events } of CASES) {
    for (const asks of [false, true]) {
      test(`${title}${asks ? ' (the client asked for it)' : ''}`, async () => {
        await using model = await service.addModel();
        model.upstream.enqueue(sseReply(events));
        const answer = await service.world.account.api.request('POST', '/v1/chat/completions', {
          body: {
            model: model.name,
            messages: [{ role: 'user', content: 'x' }],
            stream: true,
            ...(asks && { stream_options: { include_usage: true } }),
          },
        });
        const expected = asks ? events.join('') : shown.join('').replaceAll(',"usage":null', '');
        assert.equal(answer.text, expected);
        const record = await service.usageOf(answer.headers.get('x-request-id'));
        assert.equal(record.outcome, 'complete');
        const { input, output } = record.usage;
        if (billed) {
          assert.equal(record.usage_source, 'provider');
          assert.deepEqual([input, output], billed);
        } else {
          assert.equal(record.usage_source, 'estimate');
          assert.ok(input! > 0 && output! > 0, JSON.stringify(record.usage));
        }
      });
    }
  }
});

describe('a usage that cannot be', () => {
  const impossible = [
    ['negative counts', '"usage":{"prompt_tokens":-5,"completion_tokens":3}', [0, 3]],
    ['counts as texts', '"usage":{"prompt_tokens":"11","completion_tokens":"3"}', [0, 0]],
    [
      'more cached than there is',
      '"usage":{"prompt_tokens":5,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":50}}',
      [0, 3],
    ],
  ] as const;
  for (const [title, text, billed] of impossible) {
    test(`${title}: never charges less than nothing`, async () => {
      await using model = await service.addModel();
      model.upstream.enqueue(sseReply([...TEXT, finish(), event(`"choices":[],${text}`), DONE]));
      const before = (await service.world.account.view()).Balance;
      const answer = await service.world.account.api.request('POST', '/v1/chat/completions', {
        body: { model: model.name, messages: [{ role: 'user', content: 'x' }], stream: true },
      });
      assert.equal(answer.text, [...TEXT, finish(), DONE].join(''));
      const record = await service.usageOf(answer.headers.get('x-request-id'));
      assert.deepEqual([record.usage.input, record.usage.output], billed);
      assert.ok(Number(record.charge.cost) >= 0);
      assert.ok((await service.world.account.view()).Balance <= before);
    });
  }
});
