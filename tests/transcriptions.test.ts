import assert from 'node:assert/strict';
import { readdir, readlink, stat } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import {
  answerTranscripts,
  errorReply,
  type Handler,
  type RecordedRequest,
  receivedForm,
} from '@meridian/testkit';
import { toFile } from 'openai';
import { wavOf } from './support/audio.ts';
import { billed } from './support/billed.ts';
import { openConnection } from './support/raw-connection.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';
import { until } from './support/until.ts';

const MEBIBYTE = 1024 * 1024;
const TEXT = 'The tide rises twice a day.';
const TOKENS = {
  type: 'tokens',
  input_tokens: 40,
  input_token_details: { text_tokens: 10, audio_tokens: 30 },
  output_tokens: 8,
  total_tokens: 48,
};
/** 12.5 seconds in 100 KB. */
const SHORT = wavOf(12.5);

let service: Service;
const models = new Map<string, ServedModel>();

before(async () => {
  service = await startService({ env: { MERIDIAN_ENV_KEYS: 'off' } });
  for (const name of ['whisper-1', 'gpt-4o-transcribe']) {
    models.set(name, await service.addModel({ name, config: { default_price: undefined } }));
  }
});
after(async () => {
  for (const model of models.values()) await model[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** A model with this answer from now on. */
function answering(name: string, handler: Handler): ServedModel {
  const model = models.get(name)!;
  model.upstream.handle(handler);
  return model;
}

function lastAsked({ upstream }: ServedModel): RecordedRequest {
  return upstream.requests.at(-1)!;
}

async function fileIn(request: RecordedRequest): Promise<File> {
  return (await receivedForm(request)).get('file') as File;
}

async function bytesOf(file: Blob): Promise<Buffer> {
  return Buffer.from(await file.arrayBuffer());
}

/** Files that the server has open although they have no name any more. */
async function spoolFiles(): Promise<number> {
  const folder = `/proc/${service.world.server.pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link.includes('/spool/') && link.endsWith('(deleted)')).length;
}

/** Memory of the process that is not JavaScript objects: where the bytes of uploads would be. */
async function externalBytes(): Promise<number> {
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  const [, bytes] = /^nodejs_external_memory_bytes (\S+)$/m.exec(metrics) ?? [];
  return Number(bytes);
}

describe('a transcript', () => {
  test('of a small file: the file and every field arrive, and the provider’s seconds are paid', async () => {
    const usage = { type: 'duration', seconds: 13 };
    const model = answering('whisper-1', answerTranscripts({ usage }));
    const { data: transcript, request_id: id } = await service
      .openai()
      .audio.transcriptions.create({
        model: 'whisper-1',
        file: await toFile(SHORT, 'tide.wav', { type: 'audio/wav' }),
        language: 'hi',
        prompt: 'Ebbe & “Flut”',
        temperature: 0.2,
        // @ts-expect-error: a field that nobody knows yet
        x_new: 'kept',
      })
      .withResponse();
    assert.deepEqual(transcript, { text: TEXT, usage });
    const asked = lastAsked(model);
    assert.equal(asked.path, '/v1/audio/transcriptions');
    assert.equal(Number(asked.headers['content-length']), asked.body.length);
    const form = await receivedForm(asked);
    assert.equal(form.get('prompt'), 'Ebbe & “Flut”');
    assert.equal(form.get('language'), 'hi');
    assert.equal(form.get('x_new'), 'kept');
    const file = form.get('file') as File;
    assert.deepEqual([file.name, file.type], ['tide.wav', 'audio/wav']);
    assert.deepEqual(await bytesOf(file), SHORT);
    const record = await service.usageOf(id);
    assert.deepEqual(billed(record.usage), { units: 13 });
    assert.equal(record.usage_source, 'provider');
    assert.equal(record.charge.cost_base, '0.0013');
    assert.equal(record.endpoint, '/v1/audio/transcriptions');
  });

  test('of a large file, which is on disk meanwhile and gone afterwards', async () => {
    const audio = wavOf(3 * 60);
    assert.ok(audio.length > MEBIBYTE);
    let open = 0;
    const whole = answerTranscripts();
    const model = answering('whisper-1', async (request) => {
      open = await spoolFiles();
      return whole(request);
    });
    const { data: transcript, request_id: id } = await service
      .openai()
      .audio.transcriptions.create({ model: 'whisper-1', file: await toFile(audio, 'long.wav') })
      .withResponse();
    assert.equal(transcript.text, TEXT);
    assert.equal(open, 1, 'it is on disk while the upstream is asked');
    assert.deepEqual(await bytesOf(await fileIn(lastAsked(model))), audio);
    await until('the file to be gone', async () => ((await spoolFiles()) === 0 ? true : undefined));
    const record = await service.usageOf(id);
    // Nobody told how long it is but the file itself.
    assert.deepEqual([billed(record.usage), record.usage_source], [{ units: 180 }, 'estimate']);
  });

  for (const [response_format, type] of [
    ['text', /^text\/plain/],
    ['srt', /^text\/plain/],
    ['vtt', /^text\/plain/],
    ['verbose_json', /^application\/json/],
    ['diarized_json', /^application\/json/],
  ] as const) {
    test(`comes as ${response_format}, and is paid by the whole seconds`, async () => {
      const model = answering('whisper-1', answerTranscripts());
      const response = await service
        .openai()
        .audio.transcriptions.create({
          model: 'whisper-1',
          file: await toFile(SHORT, 'tide.wav'),
          response_format,
        })
        .asResponse();
      assert.match(response.headers.get('content-type') ?? '', type);
      assert.equal(await response.text(), lastAsked(model).sentText);
      const record = await service.usageOf(response.headers.get('x-request-id'));
      // The verbose formats tell 2.5 seconds; of the others the header of the file does.
      const seconds = response_format.endsWith('json') ? 3 : 13;
      assert.deepEqual(billed(record.usage), { units: seconds });
    });
  }

  test('is streamed, byte for byte, and paid by the tokens at its end', async () => {
    const model = answering('gpt-4o-transcribe', answerTranscripts({ usage: TOKENS }));
    const { data: stream, request_id: id } = await service
      .openai()
      .audio.transcriptions.create({
        model: 'gpt-4o-transcribe',
        file: await toFile(SHORT, 'tide.wav'),
        stream: true,
      })
      .withResponse();
    let text = '';
    let done = '';
    for await (const event of stream) {
      if (event.type === 'transcript.text.delta') text += event.delta;
      if (event.type === 'transcript.text.done') done = event.text;
    }
    assert.deepEqual([text, done], [TEXT, TEXT]);
    const record = await service.usageOf(id);
    assert.deepEqual(billed(record.usage), { input: 10, inputAudio: 30, output: 8 });
    assert.equal(record.usage_source, 'provider');
    assert.ok(lastAsked(model).sentText.length > 0);
  });

  test('comes whole from a model that knows no streams, as it does at the vendor', async () => {
    answering('whisper-1', async (request) => {
      const reply = await answerTranscripts({ usage: { type: 'duration', seconds: 13 } })({
        ...request,
        headers: { ...request.headers, 'content-type': 'application/json' },
        json: () => ({}),
      });
      return reply;
    });
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(SHORT)]), 'tide.wav');
    form.append('model', 'whisper-1');
    form.append('stream', 'true');
    const response = await post('transcriptions', form);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.equal(((await response.json()) as { text: string }).text, TEXT);
    const record = await service.usageOf(response.headers.get('x-request-id'));
    assert.deepEqual([billed(record.usage), record.outcome], [{ units: 13 }, 'complete']);
  });

  test('is translated under its own path', async () => {
    const model = answering('whisper-1', answerTranscripts());
    const { data: translation, request_id: id } = await service
      .openai()
      .audio.translations.create({ model: 'whisper-1', file: await toFile(SHORT, 'tide.wav') })
      .withResponse();
    assert.equal(translation.text, TEXT);
    assert.equal(lastAsked(model).path, '/v1/audio/translations');
    assert.equal((await service.usageOf(id)).endpoint, '/v1/audio/translations');
  });

  test('is asked of the next key, file and all, where the first one fails', async () => {
    await using bad = await service.addModel({ name: 'heard-model' });
    await using good = await service.addModel({ name: 'heard-model' });
    bad.upstream.handle(() => errorReply(500));
    good.upstream.handle(answerTranscripts({ usage: TOKENS }));
    const audio = wavOf(120);
    for (let n = 0; n < 8 && bad.upstream.requests.length === 0; n++) {
      const transcript = await service.openai().audio.transcriptions.create({
        model: 'heard-model',
        file: await toFile(audio, 'tide.wav'),
      });
      assert.equal(transcript.text, TEXT);
    }
    assert.equal(bad.upstream.requests.length, 1);
    for (const { upstream } of [bad, good]) {
      assert.deepEqual(await bytesOf(await fileIn(upstream.requests.at(-1)!)), audio);
    }
  });
});

describe('an upload', () => {
  const SIZE = 24 * MEBIBYTE;
  const UPLOADS = 6;
  /** Pieces on their way and those that no collection has found yet, however much there is in all. */
  const IN_FLIGHT_BYTES_MAX = 64 * MEBIBYTE;

  /** The beginning of a form with a file of so many bytes, and then the bytes. */
  function formOf(bytes: number): { head: string; body: string } {
    const boundary = 'the-boundary';
    const opening =
      `--${boundary}\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n` +
      'Content-Type: audio/mpeg\r\n\r\n';
    const closing = `\r\n--${boundary}--\r\n`;
    const length = opening.length + bytes + closing.length;
    const head =
      'POST /v1/audio/transcriptions HTTP/1.1\r\nhost: x\r\n' +
      `authorization: Bearer ${service.key}\r\n` +
      `content-type: multipart/form-data; boundary=${boundary}\r\n` +
      `content-length: ${length}\r\n\r\n`;
    return { head, body: opening + 'x'.repeat(bytes) + closing };
  }

  test('is never in memory as a whole, and leaves nothing when it is given up', async () => {
    const before = await externalBytes();
    const { head, body } = formOf(SIZE);
    using connections = new DisposableStack();
    for (let n = 0; n < UPLOADS; n++) {
      const connection = connections.use(await openConnection(service.url));
      connection.send(head + body.slice(0, -100));
    }
    await until('every upload to be on disk', async () =>
      (await spoolFiles()) === UPLOADS ? true : undefined,
    );
    await until('all of it to have arrived', async () => {
      const written = await spooledBytes();
      return written >= UPLOADS * (SIZE - MEBIBYTE) ? true : undefined;
    });
    const held = (await externalBytes()) - before;
    assert.ok(held < IN_FLIGHT_BYTES_MAX, `${Math.round(held / MEBIBYTE)} MiB are held`);
    connections.dispose();
    await until('the files to be gone', async () =>
      (await spoolFiles()) === 0 ? true : undefined,
    );
    const names = await readdir(`${service.world.database.folder}/spool`).catch(() => []);
    assert.deepEqual(names, []);
  });

  test('of more than 25 MiB is refused, and leaves nothing', async () => {
    const form = new FormData();
    form.append('model', 'whisper-1');
    form.append('file', new Blob([new Uint8Array(25 * MEBIBYTE + 1)]), 'a.mp3');
    const response = await post('transcriptions', form);
    assert.equal(response.status, 413);
    assert.match(await response.text(), /25 MiB/);
    await until('the file to be gone', async () => ((await spoolFiles()) === 0 ? true : undefined));
  });

  const refusals: readonly (readonly [why: string, form: () => FormData, param: string])[] = [
    ['without a file', () => formWith({ model: 'whisper-1' }), 'file'],
    ['without a model', () => withFile(formWith({})), 'model'],
    [
      'with an unknown format',
      () => withFile(formWith({ model: 'whisper-1', response_format: 'pdf' })),
      'response_format',
    ],
    ['with two files', () => withFile(withFile(formWith({ model: 'whisper-1' }))), 'file'],
  ];
  for (const [why, form, param] of refusals) {
    test(`${why} is refused, and names the field`, async () => {
      const response = await post('transcriptions', form());
      const { error } = (await response.json()) as { error: { param: string; status: number } };
      assert.deepEqual([error.status, error.param], [400, param]);
    });
  }

  test('that is no form, or ends in the middle, is refused', async () => {
    const type = 'multipart/form-data; boundary=b';
    for (const [contentType, body] of [
      [type, 'no form'],
      [type, '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf'],
      ['multipart/form-data', '--b--\r\n'],
      ['application/json', '[]'],
      ['text/plain', 'hello'],
    ]) {
      const response = await post('transcriptions', body!, contentType);
      assert.equal(response.status, 400, `${contentType} ${body}`);
    }
    await until('the files to be gone', async () =>
      (await spoolFiles()) === 0 ? true : undefined,
    );
  });

  test('of somebody whom nobody knows is not read', async () => {
    const response = await fetch(`${service.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-nobody' },
      body: withFile(formWith({ model: 'whisper-1' })),
    });
    assert.equal(response.status, 401);
  });

  async function spooledBytes(): Promise<number> {
    const folder = `/proc/${service.world.server.pid}/fd`;
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (fd) => {
        const link = await readlink(`${folder}/${fd}`).catch(() => '');
        return link.includes('/spool/') ? (await stat(`${folder}/${fd}`)).size : 0;
      }),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }
});

function formWith(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

function withFile(form: FormData): FormData {
  form.append('file', new Blob([new Uint8Array(SHORT)]), 'tide.wav');
  return form;
}

function post(task: string, body: FormData | string, contentType?: string): Promise<Response> {
  return fetch(`${service.url}/v1/audio/${task}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${service.key}`,
      ...(contentType !== undefined && { 'content-type': contentType }),
    },
    body,
  });
}
