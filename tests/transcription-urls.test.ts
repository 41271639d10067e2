import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  answerTranscripts,
  createApiClient,
  createFakeUpstream,
  type FakeUpstream,
  receivedForm,
} from '@meridian/testkit';
import { wavOf } from './support/audio.ts';
import { billed } from './support/billed.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';

const PATH = '/v1/audio/transcriptions';
const AUDIO = wavOf(90);

let files: FakeUpstream;
before(async () => {
  files = await createFakeUpstream();
});
after(() => files[Symbol.asyncDispose]());

describe('audio at an address, where private ones are allowed', () => {
  let service: Service;
  let model: ServedModel;
  before(async () => {
    service = await startService({
      env: { MERIDIAN_ENV_KEYS: 'off', MERIDIAN_ALLOW_PRIVATE_UPSTREAMS: 'true' },
    });
    model = await service.addModel({ name: 'whisper-1', config: { default_price: undefined } });
    model.upstream.handle(answerTranscripts());
  });
  after(async () => {
    await model[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });

  const ask = (body: object) =>
    service.world.account.api.request('POST', PATH, { body: { model: 'whisper-1', ...body } });

  test('is fetched and sent as a file, with every field, and paid by its length', async () => {
    files.enqueue({ contentType: 'audio/wav', parts: [AUDIO] });
    const answer = await ask({
      url: `${files.url}/folder/tide`,
      language: 'hi',
      timestamp_granularities: ['word', 'segment'],
      x_new: { a: 1 },
    });
    assert.equal(answer.status, 200, answer.text);
    const form = await receivedForm(model.upstream.requests.at(-1)!);
    const file = form.get('file') as File;
    assert.deepEqual([file.name, file.type], ['audio.wav', 'audio/wav']);
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), AUDIO);
    assert.deepEqual(form.getAll('timestamp_granularities[]'), ['word', 'segment']);
    assert.deepEqual(
      [form.get('language'), form.get('x_new'), form.get('url')],
      ['hi', '{"a":1}', null],
    );
    const record = await service.usageOf(answer.headers.get('x-request-id'));
    assert.deepEqual(billed(record.usage), { units: 90 });
  });

  test('is found behind a few redirects, and not behind many', async () => {
    const to = (path: string) => ({ status: 302, headers: { location: path }, parts: [] });
    files.enqueue(to('/one'), to(`${files.url}/two.mp3`), {
      contentType: 'audio/mpeg',
      parts: [AUDIO],
    });
    assert.equal((await ask({ url: `${files.url}/start` })).status, 200);
    const file = (await receivedForm(model.upstream.requests.at(-1)!)).get('file') as File;
    assert.equal(file.name, 'audio.mp3');
    files.enqueue(to('/1'), to('/2'), to('/3'), to('/4'));
    assert.equal((await ask({ url: `${files.url}/start` })).status, 400);
  });

  test('that is too large, or not there, is refused, and nobody is asked', async () => {
    const asked = model.upstream.requests.length;
    const piece = Buffer.alloc(1024 * 1024);
    files.enqueue(
      { contentLength: 26 * 1024 * 1024 + 1, parts: [], ending: 'cut' },
      { parts: Array.from({ length: 26 }, () => piece) },
      { status: 404, parts: ['gone'] },
      { parts: [piece], contentLength: piece.length * 2, ending: 'reset' },
    );
    for (let n = 0; n < 4; n++) {
      const answer = await ask({ url: `${files.url}/x.mp3` });
      assert.equal(answer.status, 400, answer.text);
      assert.equal(answer.json<{ error: { param: string } }>().error.param, 'url');
    }
    assert.equal(model.upstream.requests.length, asked);
  });

  test('at no address of the web is refused, and at this server itself too', async () => {
    for (const url of [
      'file:///etc/passwd',
      'ftp://127.0.0.1/x',
      'http://user:secret@127.0.0.1/x',
      'nonsense',
      42,
      `${service.url}/healthz`,
    ]) {
      const answer = await ask({ url });
      assert.equal(answer.status, 400, `${url} ${answer.text}`);
    }
  });

  test('is not fetched for somebody who may not ask for transcripts', async () => {
    const other = await service.world.addAccount({ Resources: '/v1/chat/completions' });
    const before = files.requests.length;
    const answer = await other.api.request('POST', PATH, {
      body: { model: 'whisper-1', url: `${files.url}/x.mp3` },
    });
    assert.equal(answer.status, 403, answer.text);
    assert.equal(files.requests.length, before);
  });
});

test('an address on a private network is not fetched, by whatever name or redirect', async () => {
  await using service = await startService({ env: { MERIDIAN_ENV_KEYS: 'off' } });
  await using model = await service.addModel({ name: 'whisper-1' });
  const { port } = new URL(files.url);
  const before = files.requests.length;
  for (const host of [
    '127.0.0.1',
    'localhost',
    '[::1]',
    '0.0.0.0',
    '2130706433',
    '169.254.169.254',
  ]) {
    const root = createApiClient(() => service.url, service.world.root.key);
    for (const api of [service.world.account.api, root]) {
      const answer = await api.request('POST', PATH, {
        body: { model: 'whisper-1', url: `http://${host}:${port}/latest/meta-data` },
      });
      assert.equal(answer.status, 400, `${host} ${answer.text}`);
      assert.match(answer.text, /must not be reached|could not be fetched/);
    }
  }
  assert.equal(files.requests.length, before);
  assert.equal(model.upstream.requests.length, 0);
});
