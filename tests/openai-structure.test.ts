import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type ApiAnswer,
  createApiClient,
  createOpenAiJudge,
  type FamilyName,
  fixtureNames,
  type OpenAiJudge,
  upstreamFamilies,
} from '@meridian/testkit';
import { createFamilyMaker, type ServedFamily } from './support/clients/served-family.ts';
import { type AnswerKinds, assertPublished } from './support/openai-answers.ts';
import { DEPARTURES, VENDOR_DEPARTURES } from './support/openai-exceptions.ts';
import { type Service, startService } from './support/service.ts';

const FAMILIES = ['chat', 'responses', 'messages', 'gemini', 'converse'] as const;
const QUESTION = 'What does the fixture say?';
const USAGE = { include_usage: true };

/** An endpoint of OpenAI's, and how it is asked. */
interface Asked extends AnswerKinds {
  readonly path: string;
  readonly body: object;
  readonly streamed: object;
  /** The families whose upstreams can answer it; all where absent. */
  readonly families?: readonly FamilyName[];
}

const CHAT: Asked = {
  path: '/v1/chat/completions',
  body: { messages: [{ role: 'user', content: QUESTION }] },
  streamed: { stream_options: USAGE },
  whole: 'chatCompletion',
  event: 'chatCompletionChunk',
  end: '[DONE]',
};
const RESPONSES: Asked = {
  path: '/v1/responses',
  body: { input: QUESTION },
  streamed: {},
  whole: 'response',
  event: 'responseEvent',
};
const COMPLETIONS: Asked = {
  path: '/v1/completions',
  body: { prompt: QUESTION },
  streamed: { stream_options: USAGE },
  whole: 'completion',
  event: 'completion',
  end: '[DONE]',
  // The other two have the endpoint themselves.
  families: ['messages', 'gemini', 'converse'],
};
const ENDPOINTS = { chat: CHAT, responses: RESPONSES, completions: COMPLETIONS } as const;

/** What is made here, and what passes as a vendor's fixture has it. */
const made = createOpenAiJudge(DEPARTURES);
const passed = createOpenAiJudge([...DEPARTURES, ...VENDOR_DEPARTURES]);
const judgeOf = (endpoint: string, family: FamilyName): OpenAiJudge =>
  endpoint === family ? passed : made;

let service: Service;
let addFamily: (name: FamilyName) => Promise<ServedFamily>;
before(async () => {
  service = await startService({ env: { MERIDIAN_SANDBOX: 'on' } });
  addFamily = createFamilyMaker(service);
});
after(() => service[Symbol.asyncDispose]());

function ask(
  { path, body, streamed }: Asked,
  { apiKey, model }: { readonly apiKey: string; readonly model: string },
  isStream: boolean,
): Promise<ApiAnswer> {
  const client = createApiClient(() => service.url, apiKey);
  const sent = { model, ...body, ...(isStream && { stream: true, ...streamed }) };
  return client.request('POST', path, { body: sent });
}

const IS_ERROR = /^error-\d/;
const NO_ANSWER = /^error-\d|embed|^count-tokens$/;

function fixturesOf(name: FamilyName, isStream: boolean): string[] {
  const { folder, streamExtension } = upstreamFamilies[name];
  return fixtureNames(folder, isStream ? streamExtension : 'json');
}

for (const name of FAMILIES) {
  describe(`what an upstream of ${name} answers goes out as OpenAI publishes it`, () => {
    let served: ServedFamily;
    before(async () => {
      served = await addFamily(name);
    });
    after(() => served[Symbol.asyncDispose]());

    for (const [endpoint, asked] of Object.entries(ENDPOINTS)) {
      if (asked.families && !asked.families.includes(name)) continue;
      for (const isStream of [false, true]) {
        const fixtures = fixturesOf(name, isStream).filter((fixture) => !NO_ANSWER.test(fixture));
        for (const fixture of fixtures) {
          test(`${endpoint}: ${fixture}${isStream ? ', streamed' : ''}`, async () => {
            served.upstream.enqueue(served.player.answer(fixture));
            const answer = await ask(asked, served, isStream);
            assertPublished(judgeOf(endpoint, name), asked, answer);
          });
        }
      }
    }
  });

  describe(`what an upstream of ${name} refuses is an error as OpenAI publishes it`, () => {
    for (const fixture of fixturesOf(name, false).filter((found) => IS_ERROR.test(found))) {
      for (const [endpoint, asked] of Object.entries({ chat: CHAT, responses: RESPONSES })) {
        test(`${endpoint}: ${fixture}`, async () => {
          // A key that was refused sleeps, so that every refusal has its own.
          await using served = await addFamily(name);
          served.upstream.enqueue(served.player.refuse(fixture));
          const answer = await ask(asked, served, endpoint === 'responses');
          assert.ok(answer.status >= 400, answer.text);
          assertPublished(judgeOf(endpoint, name), asked, answer);
        });
      }
    }
  });
}

describe('what the sandbox answers is as OpenAI publishes it', () => {
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
  const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
  const format = { type: 'json_schema', json_schema: { name: 's', schema } };
  const wishes: Readonly<Record<string, readonly [endpoint: Asked, wish: object]>> = {
    'a chat': [CHAT, {}],
    'several choices': [CHAT, { n: 2 }],
    'a tool call': [CHAT, { tools, tool_choice: 'required' }],
    'structured output': [CHAT, { response_format: format }],
    'an answer that is cut': [CHAT, { max_tokens: 2 }],
    'a response': [RESPONSES, {}],
    'a response that is cut': [RESPONSES, { max_output_tokens: 2 }],
    'a completion': [COMPLETIONS, {}],
    'a refusal': [CHAT, { response_format: { type: 'xml' } }],
    'a refusal of a response': [RESPONSES, { temperature: 3 }],
  };
  for (const [title, [asked, wish]] of Object.entries(wishes)) {
    for (const isStream of [false, true]) {
      test(`${title}${isStream ? ', streamed' : ''}`, async () => {
        const wished = { ...asked, body: { ...asked.body, ...wish } };
        const answer = await ask(wished, { apiKey: service.key, model: 'sandbox-chat' }, isStream);
        assertPublished(made, asked, answer);
      });
    }
  }

  test('the list of models, and one of them', async () => {
    const { api } = service.world.account;
    const list = await api.request('GET', '/v1/models');
    assert.deepEqual(made.faultsOf('models', list.json()), []);
    const one = await api.request('GET', '/v1/models/sandbox-chat');
    assert.deepEqual(made.faultsOf('model', one.json()), []);
    const none = await api.request('GET', '/v1/models/no-such-model');
    assert.deepEqual(made.faultsOf('error', none.json()), []);
  });
});

test('every departure is one that some answer needs', () => {
  const stillUnused = new Set(passed.unused());
  const needless = made.unused().filter((name) => stillUnused.has(name));
  const ofVendors = VENDOR_DEPARTURES.map(({ answer, fault }) => `${answer}: ${fault}`);
  assert.deepEqual([...needless, ...ofVendors.filter((name) => stillUnused.has(name))], []);
});
