import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ProviderKeyView } from '@meridian/contract';
import { jsonReply, type World, world } from '@meridian/testkit';

const PUBLIC_URL = 'https://ai.example.com';
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIE...\n-----END RSA PRIVATE KEY-----\n';
const PLACEHOLDER = 'sk-placeholder-51chars-xxxxxxxxxxxxxxxxxxxxxxxx';

interface KeyAnswer {
  readonly key: ProviderKeyView;
}

describe('provider keys of every type', () => {
  let here: World;
  before(async () => {
    here = await world({ database: 'embedded', env: { MERIDIAN_PUBLIC_URL: PUBLIC_URL } });
  });
  after(() => here[Symbol.asyncDispose]());

  function body(more: object): object {
    return { SecretKey: PLACEHOLDER, Level: 1, Provider: here.upstream.url, ...more };
  }

  async function add(more: object): Promise<ProviderKeyView> {
    return (await here.root.call<KeyAnswer>('POST', '/x-keys', body(more))).key;
  }

  async function ask(model: string) {
    const chat = { model, messages: [{ role: 'user', content: 'hi' }] };
    return here.account.api.request('POST', '/v1/chat/completions', { body: chat });
  }

  test('a Vertex key is accepted as documented, its private key hidden and kept', async () => {
    const key = await add({
      Name: 'Vertex AI',
      Level: 3,
      Provider: 'https://us-central1-aiplatform.googleapis.com',
      Status: false,
      Config: {
        provider_type: 'vertex',
        base_url:
          'https://us-central1-aiplatform.googleapis.com/v1/projects/{project}/locations/{location}',
        project_id: 'my-gcp-project',
        client_email: 'meridian@my-gcp-project.iam.gserviceaccount.com',
        private_key: PEM,
      },
    });
    assert.equal(key.Config.private_key, '***');
    const path = `/x-keys/${key.ID}`;
    const again = await here.root.call<KeyAnswer>('PUT', path, {
      Config: { ...key.Config, region: 'europe-west4' },
    });
    assert.equal(again.key.Config.region, 'europe-west4');
    const shown = await here.root.request('GET', '/x-keys');
    assert.ok(shown.text.includes('my-gcp-project') && !shown.text.includes('MIIE'));
    const broken = await here.root.request('PUT', path, {
      body: { Config: { ...key.Config, private_key: undefined } },
    });
    assert.equal(broken.status, 400);
    assert.match(broken.text, /"param":"Config.private_key"/);
  });

  test('a field of another type is refused by its name', async () => {
    const Config = { provider_type: 'anthropic', project_id: 'my-gcp-project' };
    const refused = await here.root.request('POST', '/x-keys', { body: body({ Config }) });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /"param":"Config.project_id"/);
  });

  test('no key points to this server, by its address, a name of it, or its public URL', async () => {
    const { port } = new URL(here.server.url);
    const urls = [here.server.url, `http://localhost:${port}`, `http://[::1]:${port}`, PUBLIC_URL];
    for (const Provider of urls) {
      const refused = await here.root.request('POST', '/x-keys', { body: body({ Provider }) });
      assert.equal(refused.status, 400, Provider);
      assert.match(refused.text, /"param":"Provider"/);
    }
  });

  test('a server inside needs no secret, and is sent none', async () => {
    const models = ['keyless-model'];
    await add({ SecretKey: '', Config: { models, default_price: 0 } });
    const before = here.upstream.requests.length;
    const answer = await ask('keyless-model');
    assert.equal(answer.status, 200, answer.text);
    assert.equal(Number(answer.headers.get('x-meridian-cost')), 0);
    assert.equal(here.upstream.requests[before]?.headers.authorization, undefined);
  });

  test('a mapping with patterns names the model upstream, and the price of the key applies', async () => {
    await add({
      Level: 4,
      Config: {
        provider_type: 'openai',
        models: ['mapped-*'],
        model_mapping: { 'mapped-large': 'deployment-1', 'mapped-*': 'deployment-2' },
        default_price: { input: 3, output: 4 },
      },
    });
    const before = here.upstream.requests.length;
    assert.equal((await ask('mapped-large')).status, 200);
    const small = await ask('mapped-small');
    assert.equal(small.status, 200);
    assert.ok(Number(small.headers.get('x-meridian-cost')) > 0);
    const sent = here.upstream.requests.slice(before).map((request) => request.json());
    const models = sent.map((request) => (request as { model: string }).model);
    assert.deepEqual(models, ['deployment-1', 'deployment-2']);
  });

  test('Cohere chats at the compatible path of its API', async () => {
    const Config = { provider_type: 'cohere', models: ['command-test'], default_price: 1 };
    await add({ Config });
    const before = here.upstream.requests.length;
    assert.equal((await ask('command-test')).status, 200);
    assert.equal(here.upstream.requests[before]?.path, '/compatibility/v1/chat/completions');
  });

  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-test',
    content: [{ type: 'text', text: 'Hello' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 2 },
  };

  test('Anthropic gets the key and beta flags in its own headers; used-up credit is the key’s fault', async () => {
    const Config = { provider_type: 'anthropic', models: ['claude-test'], default_price: 1 };
    const secrets = ['sk-ant-first-0123456789', 'sk-ant-second-0123456789'];
    for (const SecretKey of secrets) await add({ Level: 7, SecretKey, Config });
    const text = 'Your credit balance is too low to access the Anthropic API.';
    const error = { type: 'error', error: { type: 'invalid_request_error', message: text } };
    here.upstream.enqueue(jsonReply(error, { status: 400 }), jsonReply(message));
    const before = here.upstream.requests.length;
    const answered = await here.account.api.request('POST', '/v1/messages', {
      headers: { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'some-flag-2026-01-01' },
      body: { model: 'claude-test', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] },
    });
    assert.equal(answered.status, 200, answered.text);
    const sent = here.upstream.requests.slice(before);
    assert.deepEqual(new Set(sent.map(({ headers }) => headers['x-api-key'])), new Set(secrets));
    for (const { path, headers } of sent) {
      assert.equal(path, '/v1/messages');
      assert.equal(headers['anthropic-beta'], 'some-flag-2026-01-01');
    }
    const { keys } = await here.root.call<{ keys: ProviderKeyView[] }>('GET', '/x-keys/L7');
    const resting = keys.filter(({ SleepUntil }) => SleepUntil !== undefined);
    assert.equal(resting.length, 1, 'the key without credit rests');
  });

  test('a service account that cannot sign puts its key to sleep, and nothing is sent', async () => {
    const { ID } = await add({
      Config: {
        provider_type: 'vertex',
        project_id: 'my-gcp-project',
        client_email: 'meridian@my-gcp-project.iam.gserviceaccount.com',
        private_key: PEM,
        models: ['vertex-test'],
        default_price: 1,
      },
    });
    const before = here.upstream.requests.length;
    const answer = await ask('vertex-test');
    assert.equal(answer.status, 503, answer.text);
    assert.equal(here.upstream.requests.length, before);
    const { keys } = await here.root.call<{ keys: ProviderKeyView[] }>('GET', `/x-keys/${ID}`);
    assert.ok(keys[0]?.SleepUntil, 'the key rests');
  });
});
