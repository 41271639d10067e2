import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import type { Form, FormPart } from '../../protocols/index.ts';
import { answerMedia, MEDIA, type MediaRequest } from './media.ts';
import { WireRefusal } from './refusal.ts';

const CREATED = 1_795_305_600;

type Ask = Readonly<Record<string, unknown>> | readonly FormPart[];

function request(ask: Ask): MediaRequest {
  if (!Array.isArray(ask)) {
    return { body: Buffer.from(JSON.stringify(ask)), form: undefined, created: CREATED };
  }
  const form: Form = { boundary: 'b', parts: ask as readonly FormPart[] };
  return { body: Buffer.alloc(0), form, created: CREATED };
}

function answer(path: string, ask: Ask): { readonly contentType: string; readonly body: Buffer } {
  const made = answerMedia(path, request(ask));
  assert.ok(!(made instanceof WireRefusal), JSON.stringify(made));
  return { contentType: made.contentType, body: Buffer.concat([...made.pieces]) };
}

function json(path: string, ask: Ask): Record<string, unknown> {
  return JSON.parse(answer(path, ask).body.toString('utf8'));
}

function events(path: string, ask: Ask): Record<string, unknown>[] {
  const { contentType, body } = answer(path, ask);
  assert.equal(contentType, 'text/event-stream');
  return [...body.toString('utf8').matchAll(/^data: (.*)$/gm)].map(([, data = '']) =>
    JSON.parse(data),
  );
}

function refusal(path: string, ask: Ask): readonly [number, string | null] {
  const made = answerMedia(path, request(ask));
  assert.ok(made instanceof WireRefusal, JSON.stringify(made));
  return [made.status, made.error.param];
}

function field(name: string, value: string): FormPart {
  return { kind: 'field', name, value };
}

function file(name: string, length: number, seconds?: number): FormPart {
  return {
    kind: 'file',
    name,
    filename: 'tide.wav',
    contentType: 'audio/wav',
    content: {
      length,
      open() {
        throw new Error('the sandbox reads no files');
      },
    },
    ...(seconds === undefined ? {} : { seconds }),
  };
}

/** Width and height of a PNG whose pixels are as many as they say. */
function sizeOf(base64: unknown): readonly [number, number] {
  const png = Buffer.from(String(base64), 'base64');
  assert.equal(png.toString('latin1', 1, 4), 'PNG');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const at = png.indexOf('IDAT');
  const pixels = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  assert.equal(pixels.length, height * (1 + Math.ceil(width / 8)));
  return [width, height];
}

const IMAGES = '/v1/images/generations';
const PICTURE = { model: 'sandbox-image', prompt: 'A harbour' };

describe('pictures', () => {
  test('are PNGs of the size and number asked for, and the same for the same prompt', () => {
    const made = json(IMAGES, { ...PICTURE, n: 2, size: '96x200' });
    assert.equal(made.created, CREATED);
    assert.equal(made.size, '96x200');
    const pictures = (made.data as { b64_json: string }[]).map(({ b64_json }) => b64_json);
    assert.deepEqual(pictures.map(sizeOf), [
      [96, 200],
      [96, 200],
    ]);
    assert.notEqual(pictures[0], pictures[1]);
    assert.deepEqual(json(IMAGES, { ...PICTURE, n: 2, size: '96x200' }), made);
    const other = json(IMAGES, { ...PICTURE, prompt: 'A hill', size: '96x200' });
    assert.notDeepEqual((other.data as unknown[])[0], (made.data as unknown[])[0]);
    const [usual] = json(IMAGES, PICTURE).data as { b64_json: string }[];
    assert.deepEqual(sizeOf(usual?.b64_json), [1024, 1024]);
  });

  test('stream with previews', () => {
    const made = events(IMAGES, { ...PICTURE, size: '64x64', stream: true, partial_images: 2 });
    assert.deepEqual(
      made.map(({ type, partial_image_index: index }) => [type, index]),
      [
        ['image_generation.partial_image', 0],
        ['image_generation.partial_image', 1],
        ['image_generation.completed', undefined],
      ],
    );
    for (const { b64_json: picture } of made) assert.deepEqual(sizeOf(picture), [64, 64]);
  });

  test('are made of the files of a form too', () => {
    const form = [field('model', 'sandbox-image'), field('size', '64x64'), field('n', '2')];
    const edit = [...form, field('prompt', 'Night'), file('image', 9)];
    assert.equal((json('/v1/images/edits', edit).data as unknown[]).length, 2);
    const varied = json('/v1/images/variations', [...form, file('image', 9)]);
    assert.notDeepEqual(varied, json('/v1/images/variations', [...form, file('image', 8)]));
    assert.deepEqual(refusal('/v1/images/variations', form), [400, 'image']);
    assert.deepEqual(refusal('/v1/images/edits', [...form, file('image', 9)]), [400, 'prompt']);
    const noFile = [...form, field('prompt', 'Night')];
    assert.deepEqual(refusal('/v1/images/edits', noFile), [400, 'image']);
  });

  test('are refused for what the sandbox cannot do', () => {
    for (const [fields, param] of [
      [{ prompt: '' }, 'prompt'],
      [{ n: 5 }, 'n'],
      [{ n: 'many' }, 'n'],
      [{ partial_images: 4 }, 'partial_images'],
      [{ output_format: 'webp' }, 'output_format'],
      [{ size: '9000x9000' }, 'size'],
      [{ size: 'huge' }, 'size'],
    ] as const) {
      assert.deepEqual(refusal(IMAGES, { ...PICTURE, ...fields }), [400, param]);
    }
  });
});

const SPEECH = '/v1/audio/speech';
const SPOKEN = { model: 'sandbox-speech', voice: 'nova', input: 'Good morning, tide.' };

describe('speech', () => {
  test('is a WAV as long as it says, 15 characters a second', () => {
    const { contentType, body } = answer(SPEECH, SPOKEN);
    assert.equal(contentType, 'audio/wav');
    assert.equal(body.readUInt32LE(40), body.length - 44);
    assert.equal(body.length - 44, SPOKEN.input.length * 1_600 * 2);
    const slow = answer(SPEECH, { ...SPOKEN, speed: 0.5 }).body;
    assert.equal(slow.length - 44, 2 * (body.length - 44));
    const pcm = answer(SPEECH, { ...SPOKEN, response_format: 'pcm' });
    assert.equal(pcm.contentType, 'audio/pcm');
    assert.deepEqual(pcm.body, body.subarray(44));
    assert.notDeepEqual(answer(SPEECH, { ...SPOKEN, voice: 'echo' }).body, body);
  });

  test('comes as events with the same audio', () => {
    const made = events(SPEECH, { ...SPOKEN, stream_format: 'sse' });
    const audio = made.map(({ audio: piece = '' }) => Buffer.from(String(piece), 'base64'));
    assert.deepEqual(Buffer.concat(audio), answer(SPEECH, SPOKEN).body);
    assert.equal(made.at(-1)?.type, 'speech.audio.done');
  });

  test('is refused for what the sandbox cannot do', () => {
    for (const [fields, param] of [
      [{ input: '' }, 'input'],
      [{ input: 'x'.repeat(4_097) }, 'input'],
      [{ voice: 'somebody' }, 'voice'],
      [{ speed: 9 }, 'speed'],
      [{ response_format: 'mp3' }, 'response_format'],
    ] as const) {
      assert.deepEqual(refusal(SPEECH, { ...SPOKEN, ...fields }), [400, param]);
    }
  });
});

const TRANSCRIPTS = '/v1/audio/transcriptions';
const HEARD = [field('model', 'sandbox-transcribe'), file('file', 1_234, 2.5)];
const as = (format: string) => [...HEARD, field('response_format', format)];

describe('transcripts', () => {
  test('tell about the file, in every format', () => {
    const made = json(TRANSCRIPTS, HEARD);
    assert.match(String(made.text), /“tide\.wav” has 1234 bytes and plays for 2\.50 seconds/);
    assert.deepEqual(made.usage, { type: 'duration', seconds: 3 });
    const plain = answer(TRANSCRIPTS, as('text'));
    assert.equal(plain.contentType, 'text/plain; charset=utf-8');
    assert.equal(plain.body.toString('utf8'), `${String(made.text)}\n`);
    const srt = answer(TRANSCRIPTS, as('srt')).body.toString('utf8');
    assert.match(srt, /^1\n00:00:00,000 --> 00:00:01,250\n.+\n\n2\n00:00:01,250 --> 00:00:02,500/);
    const vtt = answer(TRANSCRIPTS, as('vtt')).body.toString('utf8');
    assert.match(vtt, /^WEBVTT\n\n00:00:00\.000 --> 00:00:01\.250\n/);
    const verbose = json(TRANSCRIPTS, [...as('verbose_json'), field('language', 'hi')]);
    assert.deepEqual([verbose.duration, verbose.language], [2.5, 'hi']);
    const diarized = json(TRANSCRIPTS, as('diarized_json')).segments as { speaker: string }[];
    assert.equal(diarized[0]?.speaker, 'A');
    assert.deepEqual(json('/v1/audio/translations', HEARD), made);
  });

  test('stream as events', () => {
    const made = events(TRANSCRIPTS, [...HEARD, field('stream', 'true')]);
    const last = made.at(-1);
    assert.equal(last?.type, 'transcript.text.done');
    assert.equal(made.map(({ delta = '' }) => delta).join(''), last.text);
  });

  test('guess a length that nobody could read', () => {
    const { usage } = json(TRANSCRIPTS, [
      field('model', 'sandbox-transcribe'),
      file('file', 16_001),
    ]);
    assert.deepEqual(usage, { type: 'duration', seconds: 2 });
  });

  test('are refused without a file, and in unknown formats', () => {
    assert.deepEqual(refusal(TRANSCRIPTS, [field('model', 'sandbox-transcribe')]), [400, 'file']);
    assert.deepEqual(refusal(TRANSCRIPTS, as('poem')), [400, 'response_format']);
  });
});

test('every path has its one model', () => {
  for (const path of MEDIA.keys()) {
    assert.deepEqual(refusal(path, { model: 'sandbox-chat' }), [404, 'model']);
    assert.deepEqual(refusal(path, [field('model', 'sandbox-chat')]), [404, 'model']);
  }
  const body = Buffer.from('[oops');
  const made = answerMedia(SPEECH, { body, form: undefined, created: 0 });
  assert.ok(made instanceof WireRefusal && made.status === 400);
});
