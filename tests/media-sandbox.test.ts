import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { toFile } from 'openai';
import { billed } from './support/billed.ts';
import { collect } from './support/collect.ts';
import { type Service, startService } from './support/service.ts';

let service: Service;
before(async () => {
  service = await startService({ env: { MERIDIAN_SANDBOX: 'on', MERIDIAN_ENV_KEYS: 'off' } });
});
after(() => service[Symbol.asyncDispose]());

const TIDE = 'The tide rises twice a day.';

function isPng(bytes: Buffer): boolean {
  return bytes.toString('latin1', 1, 4) === 'PNG';
}

describe('the sandbox', () => {
  test('draws, without a model named too, and each picture is paid', async () => {
    const { data, request_id: id } = await service
      .openai()
      .images.generate({
        prompt: 'A harbour',
        n: 2,
        size: '1024x1024',
        response_format: 'b64_json',
      })
      .withResponse();
    assert.equal(data.data?.length, 2);
    for (const { b64_json: base64 = '' } of data.data ?? []) {
      assert.ok(isPng(Buffer.from(base64, 'base64')));
    }
    const record = await service.usageOf(id);
    assert.equal(record.model, 'sandbox-image');
    assert.deepEqual(billed(record.usage), { units: 2 });
    assert.equal(record.charge.cost_base, '0.02');
  });

  test('gives addresses that show the picture', async () => {
    const { data } = await service
      .openai()
      .images.generate({ model: 'sandbox-image', prompt: 'A harbour', response_format: 'url' });
    const response = await fetch(data?.[0]?.url ?? '');
    assert.equal(response.headers.get('content-type'), 'image/png');
    assert.ok(isPng(Buffer.from(await response.arrayBuffer())));
  });

  test('draws as a stream, and changes pictures', async () => {
    const client = service.openai();
    const request = { model: 'sandbox-image', prompt: 'A harbour', size: '1024x1024' } as const;
    const stream = await client.images.generate({ ...request, stream: true, partial_images: 1 });
    const types = (await collect(stream)).map(({ type }) => type);
    assert.deepEqual(types, ['image_generation.partial_image', 'image_generation.completed']);
    const image = await toFile(Buffer.from('any'), 'harbour.png', { type: 'image/png' });
    const edited = await client.images.edit({ ...request, image, response_format: 'b64_json' });
    assert.ok(isPng(Buffer.from(edited.data?.[0]?.b64_json ?? '', 'base64')));
  });

  test('speaks, and writes down what it spoke', async () => {
    const client = service.openai();
    const { response, request_id: spoken } = await client.audio.speech
      .create({ model: 'sandbox-speech', voice: 'nova', input: TIDE, response_format: 'wav' })
      .withResponse();
    assert.equal(response.headers.get('content-type'), 'audio/wav');
    const audio = Buffer.from(await response.arrayBuffer());
    assert.equal(audio.readUInt32LE(40), audio.length - 44);
    const speech = await service.usageOf(spoken);
    assert.deepEqual([speech.usage.units, speech.charge.cost_base], [TIDE.length, '0.00027']);

    const file = await toFile(audio, 'tide.wav', { type: 'audio/wav' });
    const { data: transcript, request_id: heard } = await client.audio.transcriptions
      .create({ model: 'sandbox-transcribe', file })
      .withResponse();
    assert.match(transcript.text, /“tide\.wav” has 86444 bytes and plays for 1\.80 seconds/);
    const record = await service.usageOf(heard);
    assert.deepEqual([record.usage.units, record.charge.cost_base], [2, '0.0002']);
  });

  test('speaks and writes down as events', async () => {
    const client = service.openai();
    const response = await client.audio.speech.create({
      model: 'sandbox-speech',
      voice: 'nova',
      input: TIDE,
      stream_format: 'sse',
    });
    assert.match(await response.text(), /"type":"speech\.audio\.done"/);
    const file = await toFile(Buffer.alloc(9_999), 'noise.bin');
    const stream = await client.audio.transcriptions.create({
      model: 'sandbox-transcribe',
      file,
      stream: true,
    });
    assert.equal((await collect(stream)).at(-1)?.type, 'transcript.text.done');
  });

  test('is listed with what it can do', async () => {
    const models = (await service.openai().models.list()).data;
    const ids = models.map(({ id }) => id);
    for (const id of ['sandbox-image', 'sandbox-speech', 'sandbox-transcribe']) {
      assert.ok(ids.includes(id), id);
    }
  });
});
