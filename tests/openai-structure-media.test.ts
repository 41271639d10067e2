import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  createOpenAiJudge,
  fixture,
  fixtureNames,
  type HttpReply,
  type OpenAiAnswer,
  type OpenAiJudge,
  sseReply,
} from '@meridian/testkit';
import { eventData } from './support/openai-answers.ts';
import { MEDIA_DEPARTURES, PASSED_MEDIA_DEPARTURES } from './support/openai-exceptions.ts';
import { type Service, startService } from './support/service.ts';

const made = createOpenAiJudge(MEDIA_DEPARTURES);
const passed = createOpenAiJudge(PASSED_MEDIA_DEPARTURES);

let service: Service;
before(async () => {
  service = await startService({ env: { MERIDIAN_SANDBOX: 'on', MERIDIAN_ENV_KEYS: 'off' } });
});
after(() => service[Symbol.asyncDispose]());

/** A form of fields and one file. */
function formOf(fields: Readonly<Record<string, string>>, name: string, file: Blob): FormData {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append(name, file, name === 'image' ? 'a.png' : 'a.wav');
  return form;
}

async function post(path: string, body: object | FormData): Promise<Response> {
  const isForm = body instanceof FormData;
  return fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${service.key}`,
      ...(!isForm && { 'content-type': 'application/json' }),
    },
    body: isForm ? body : JSON.stringify(body),
  });
}

async function assertPublished(
  judge: OpenAiJudge,
  kind: OpenAiAnswer,
  response: Response,
): Promise<void> {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  const values = isStream ? eventData(text).filter((data) => data !== '[DONE]') : [text];
  assert.ok(values.length > 0, 'the stream is empty');
  for (const value of values) assert.deepEqual(judge.faultsOf(kind, JSON.parse(value)), [], value);
}

describe('what the sandbox answers is as OpenAI publishes it', () => {
  const prompt = 'A harbour';
  const draw = { model: 'sandbox-image', prompt, size: '1024x1024' };
  const png = new Blob([new Uint8Array(9)], { type: 'image/png' });
  const wav = new Blob([new Uint8Array(9_999)], { type: 'audio/wav' });
  const listen = { model: 'sandbox-transcribe' };
  const asked: readonly (readonly [OpenAiAnswer, string, object | FormData])[] = [
    ['embeddings', '/v1/embeddings', { model: 'sandbox-embedding', input: ['one', 'two'] }],
    ['moderations', '/v1/moderations', { model: 'sandbox-moderation', input: 'Hello' }],
    ['images', '/v1/images/generations', { ...draw, response_format: 'b64_json' }],
    ['images', '/v1/images/generations', { ...draw, response_format: 'url', n: 2 }],
    ['imageEvent', '/v1/images/generations', { ...draw, stream: true, partial_images: 1 }],
    ['images', '/v1/images/edits', formOf(draw, 'image', png)],
    ['imageEditEvent', '/v1/images/edits', formOf({ ...draw, stream: 'true' }, 'image', png)],
    ['transcription', '/v1/audio/transcriptions', formOf(listen, 'file', wav)],
    [
      'transcriptionVerbose',
      '/v1/audio/transcriptions',
      formOf({ ...listen, response_format: 'verbose_json' }, 'file', wav),
    ],
    [
      'transcriptionEvent',
      '/v1/audio/transcriptions',
      formOf({ ...listen, stream: 'true' }, 'file', wav),
    ],
    ['translation', '/v1/audio/translations', formOf(listen, 'file', wav)],
  ];
  for (const [kind, path, body] of asked) {
    const fields = body instanceof FormData ? [...body.keys()] : Object.keys(body);
    test(`${path}: ${kind} for ${fields.join(', ')}`, async () => {
      await assertPublished(made, kind, await post(path, body));
    });
  }
});

describe('what upstreams with an API of their own answer is as OpenAI publishes it', () => {
  const rows: readonly (readonly [provider: string, fixture: string, input: string[]])[] = [
    ['gemini', 'gemini/embed-content.json', ['one']],
    ['gemini', 'gemini/batch-embed-contents.json', ['one', 'two']],
    ['cohere', 'cohere-embed/texts.json', ['one', 'two']],
  ];
  for (const [provider, name, input] of rows) {
    for (const encoding of ['float', 'base64']) {
      test(`vectors of ${name} as ${encoding}`, async () => {
        await using model = await service.addModel({ config: { provider_type: provider } });
        model.upstream.enqueue({ parts: [fixture(name)] });
        const body = { model: model.name, input, encoding_format: encoding };
        await assertPublished(made, 'embeddings', await post('/v1/embeddings', body));
      });
    }
  }
});

describe('what passes from upstreams of OpenAI’s way is as OpenAI publishes it', () => {
  async function passing(reply: HttpReply, path: string, body: object): Promise<Response> {
    await using model = await service.addModel({ config: { provider_type: 'openai' } });
    model.upstream.enqueue(reply);
    return await post(path, { model: model.name, ...body });
  }
  const whole = (name: string): HttpReply => ({ parts: [fixture(name)] });

  for (const name of fixtureNames('openai-completions', 'json')) {
    test(`completion: ${name}`, async () => {
      const reply = whole(`openai-completions/${name}.json`);
      const response = await passing(reply, '/v1/completions', { prompt: 'Hi', n: 2 });
      await assertPublished(passed, 'completion', response);
    });
  }
  for (const name of fixtureNames('openai-completions', 'sse')) {
    if (name === 'cut' || name === 'error-in-stream') continue;
    test(`completion: ${name}, streamed`, async () => {
      const reply = sseReply([fixture(`openai-completions/${name}.sse`)]);
      const asked = { prompt: 'Hi', stream: true, stream_options: { include_usage: true } };
      await assertPublished(passed, 'completion', await passing(reply, '/v1/completions', asked));
    });
  }
  for (const name of fixtureNames('openai-embeddings', 'json')) {
    test(`vectors: ${name}`, async () => {
      const reply = whole(`openai-embeddings/${name}.json`);
      const asked = { input: 'Hi', encoding_format: 'float' };
      await assertPublished(passed, 'embeddings', await passing(reply, '/v1/embeddings', asked));
    });
  }
  for (const name of fixtureNames('openai-moderations', 'json')) {
    test(`moderations: ${name}`, async () => {
      const reply = whole(`openai-moderations/${name}.json`);
      await assertPublished(
        passed,
        'moderations',
        await passing(reply, '/v1/moderations', { input: 'x' }),
      );
    });
  }
});

test('every departure is one that some answer needs', () => {
  assert.deepEqual([...made.unused(), ...passed.unused()], []);
});
