import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { audioSeconds, bytesPerSecond } from './index.ts';

/** The seconds of a file, and how much of it was read to know them. */
async function measured(
  bytes: Buffer,
): Promise<{ readonly seconds: number | undefined; readonly read: number }> {
  let read = 0;
  const seconds = await audioSeconds({
    length: bytes.length,
    async read(at, length) {
      assert.ok(at >= 0 && length >= 0, `${at} ${length}`);
      const piece = bytes.subarray(at, at + length);
      read += piece.length;
      return piece;
    },
  });
  return { seconds, read };
}

async function secondsOf(bytes: Buffer): Promise<number | undefined> {
  return (await measured(bytes)).seconds;
}

function bytesOf(size: number, write: (value: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const int16 = (value: number): Buffer => bytesOf(2, (into) => into.writeUInt16LE(value));
const int32 = (value: number): Buffer => bytesOf(4, (into) => into.writeUInt32LE(value));
const big32 = (value: number): Buffer => bytesOf(4, (into) => into.writeUInt32BE(value));
const big64 = (value: bigint): Buffer => bytesOf(8, (into) => into.writeBigUInt64BE(value));

/** A WAV of 16,000 bytes a second that claims so many bytes of samples. */
function wav(samples: number, claimed = samples, before: Buffer = Buffer.alloc(0)): Buffer {
  const format = Buffer.concat([
    ...[int16(1), int16(1), int32(8_000), int32(16_000), int16(2), int16(16)],
  ]);
  return Buffer.concat([
    ...[ascii('RIFF'), int32(0xffffffff), ascii('WAVE'), before],
    ...[ascii('fmt '), int32(format.length), format],
    ...[ascii('data'), int32(claimed), Buffer.alloc(samples, 1)],
  ]);
}

function wavOfRate(samples: number, perSecond: number): Buffer {
  const file = wav(samples);
  file.writeUInt32LE(perSecond, 28);
  return file;
}

function flac(perSecond: number, samples: number): Buffer {
  const info = Buffer.alloc(34);
  info.writeUIntBE(perSecond * 16, 10, 3);
  info.writeUInt8(0xf0 | Math.floor(samples / 2 ** 32), 13);
  info.writeUInt32BE(samples % 2 ** 32, 14);
  return Buffer.concat([ascii('fLaC'), big32(info.length), info, Buffer.alloc(500)]);
}

const NO_PLACE = 0xffff_ffff_ffff_ffffn;

function oggPage(place: bigint, content: Buffer, serial = 7): Buffer {
  const head = Buffer.alloc(27);
  head.write('OggS', 0, 'latin1');
  head.writeBigUInt64LE(place, 6);
  head.writeUInt32LE(serial, 14);
  return Buffer.concat([head, content]);
}

const opusHead = Buffer.concat([ascii('OpusHead'), Buffer.from([1, 1]), int16(312), int32(16_000)]);
const vorbisHead = Buffer.concat([ascii('\x01vorbis'), int32(0), Buffer.from([2]), int32(44_100)]);

/** Frames of MPEG-1 layer 3, 128 kbit/s at 44.1 kHz: 417 bytes and 26 ms each. */
const FRAME_BYTES = 417;
function mp3Frame(content: Buffer = Buffer.alloc(0)): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32BE(0xfffb9000);
  content.copy(frame, 4);
  return frame;
}
function mp3(frames: number, first?: Buffer): Buffer {
  const rest = Array.from({ length: frames }, () => mp3Frame());
  return Buffer.concat([...(first ? [first] : []), ...rest]);
}
/** A table of so many frames, where stereo has it. */
const xing = (frames: number): Buffer =>
  mp3Frame(Buffer.concat([Buffer.alloc(32), ascii('Xing'), big32(1), big32(frames)]));
const vbri = (frames: number): Buffer =>
  mp3Frame(Buffer.concat([Buffer.alloc(32), ascii('VBRI'), Buffer.alloc(10), big32(frames)]));
/** A tag with a picture of so many bytes. */
function tag(size: number): Buffer {
  const digits = [21, 14, 7, 0].map((shift) => (size >> shift) & 0x7f);
  return Buffer.concat([ascii('ID3'), Buffer.from([4, 0, 0, ...digits]), Buffer.alloc(size, 0xff)]);
}

function box(name: string, ...content: readonly Buffer[]): Buffer {
  const inside = Buffer.concat(content);
  return Buffer.concat([big32(8 + inside.length), ascii(name), inside]);
}
function movieHeader(perSecond: number, length: number): Buffer {
  const times = [big32(0), big32(0), big32(perSecond), big32(length)];
  return box('mvhd', big32(0), ...times, Buffer.alloc(80));
}
function longMovieHeader(perSecond: number, length: bigint): Buffer {
  const times = [big64(0n), big64(0n), big32(perSecond), big64(length)];
  return box('mvhd', big32(0x01000000), ...times, Buffer.alloc(80));
}
const fileType = box('ftyp', ascii('M4A '), big32(0));
const media = box('mdat', Buffer.alloc(50_000));

/** An EBML element, its size in 8 bytes, or unknown. */
function element(id: string, content: Buffer, isUnknown = false): Buffer {
  const size = isUnknown
    ? Buffer.from('01ffffffffffffff', 'hex')
    : bytesOf(8, (into) => into.writeBigUInt64BE(2n ** 56n + BigInt(content.length)));
  return Buffer.concat([Buffer.from(id, 'hex'), size, content]);
}
const ebml = element('1a45dfa3', Buffer.alloc(20));
const scale = element('2ad7b1', Buffer.from([0x0f, 0x42, 0x40]));
const duration = (ticks: number): Buffer =>
  element(
    '4489',
    bytesOf(8, (into) => into.writeDoubleBE(ticks)),
  );
const blockAt = (offset: number): Buffer =>
  element(
    'a3',
    Buffer.concat([
      Buffer.from([0x81]),
      bytesOf(2, (b) => b.writeInt16BE(offset)),
      Buffer.alloc(9),
    ]),
  );
const cluster = (ticks: number, ...blocks: readonly Buffer[]): Buffer =>
  element('1f43b675', Buffer.concat([element('e7', big32(ticks)), ...blocks]), true);

const files: readonly (readonly [what: string, file: Buffer, seconds: number | undefined])[] = [
  ['WAV', wav(40_000), 2.5],
  [
    'WAV with something before',
    wav(40_000, 40_000, Buffer.concat([ascii('LIST'), int32(3), Buffer.alloc(4)])),
    2.5,
  ],
  ['WAV that did not know its length', wav(40_000, 0xffffffff), 2.5],
  ['WAV without samples', wav(0), 0],
  ['WAV that claims too many bytes a second', wavOfRate(40_000, 9_000_000), 2.5],
  ['FLAC', flac(44_100, 110_250), 2.5],
  [
    'FLAC of more samples than 32 bits',
    flac(192_000, 2 ** 32 + 192_000),
    (2 ** 32 + 192_000) / 192_000,
  ],
  ['FLAC that does not tell', flac(44_100, 0), undefined],
  ['Opus', Buffer.concat([oggPage(0n, opusHead), oggPage(120_312n, Buffer.alloc(900))]), 2.5],
  [
    'Opus whose last page has no place',
    Buffer.concat([
      oggPage(0n, opusHead),
      oggPage(48_312n, Buffer.alloc(9)),
      oggPage(NO_PLACE, Buffer.alloc(9)),
    ]),
    1,
  ],
  [
    'Opus before another stream',
    Buffer.concat([
      oggPage(0n, opusHead),
      oggPage(48_312n, Buffer.alloc(9)),
      oggPage(999_999n, Buffer.alloc(9), 8),
    ]),
    1,
  ],
  ['Vorbis', Buffer.concat([oggPage(0n, vorbisHead), oggPage(44_100n, Buffer.alloc(70_000))]), 1],
  ['Ogg of something else', oggPage(5n, Buffer.alloc(100)), undefined],
  ['MP3 of one rate', mp3(400), (400 * 1_152) / 44_100],
  ['MP3 behind a tag', Buffer.concat([tag(100_000), mp3(400)]), (400 * 1_152) / 44_100],
  ['MP3 with a table', mp3(10, xing(4_000)), (4_000 * 1_152) / 44_100],
  ['MP3 with another table', mp3(10, vbri(4_000)), (4_000 * 1_152) / 44_100],
  ['MP3 with a table that hides most of it', mp3(2_000, xing(1)), (2_001 * FRAME_BYTES) / 40_000],
  ['M4A', Buffer.concat([fileType, box('moov', movieHeader(1_000, 2_500)), media]), 2.5],
  [
    'M4A with the header at its end',
    Buffer.concat([fileType, media, box('moov', movieHeader(600, 1_500))]),
    2.5,
  ],
  [
    'M4A with long numbers',
    Buffer.concat([fileType, box('moov', longMovieHeader(48_000, 120_000n))]),
    2.5,
  ],
  [
    'MP4 in pieces',
    Buffer.concat([
      fileType,
      box('moov', movieHeader(1_000, 0), box('mvex', box('mehd', big32(0), big32(2_500)))),
      media,
    ]),
    2.5,
  ],
  [
    'MP4 in pieces that nobody counted',
    Buffer.concat([fileType, box('moov', movieHeader(1_000, 0)), media]),
    undefined,
  ],
  ['MP4 without a movie', Buffer.concat([fileType, media]), undefined],
  [
    'WebM',
    Buffer.concat([
      ebml,
      element(
        '18538067',
        Buffer.concat([
          element('1549a966', Buffer.concat([scale, duration(2_500)])),
          Buffer.alloc(300),
        ]),
      ),
    ]),
    2.5,
  ],
  [
    'WebM as a browser records it',
    Buffer.concat([
      ebml,
      element(
        '18538067',
        Buffer.concat([
          element('1549a966', scale),
          cluster(0, blockAt(0), blockAt(980)),
          cluster(1_000, blockAt(0), blockAt(1_500)),
        ]),
        true,
      ),
    ]),
    2.5,
  ],
  ['text', ascii('RIFF is not a song, and neither is this.'), undefined],
  ['nothing', Buffer.alloc(0), undefined],
];

describe('the length of a file', () => {
  for (const [what, file, seconds] of files) {
    test(`${what}: ${seconds ?? 'not told'}`, async () => {
      const found = await secondsOf(file);
      if (seconds === undefined) assert.equal(found, undefined);
      else assert.ok(Math.abs((found ?? Number.NaN) - seconds) < 0.001, `${found}`);
    });
  }

  test('is known after little reading, however large the file is', async () => {
    for (const [what, small] of files) {
      const file = Buffer.concat([small, Buffer.alloc(8 * 1024 * 1024)]);
      const { read } = await measured(file);
      assert.ok(read <= 1.2 * 1024 * 1024, `${what}: ${read}`);
    }
  });

  test('never breaks on a file that is cut or damaged', async () => {
    for (const [what, file] of files) {
      const head = file.subarray(0, 1_500);
      for (let end = 0; end < head.length; end += 7) await secondsOf(head.subarray(0, end));
      for (let at = 0; at < Math.min(head.length, 120); at++) {
        for (const value of [0x00, 0x7f, 0xff]) {
          const damaged = Buffer.from(file);
          damaged[at] = value;
          const seconds = await secondsOf(damaged);
          const isSound = seconds === undefined || (seconds >= 0 && Number.isFinite(seconds));
          assert.ok(isSound, `${what} at ${at}: ${seconds}`);
        }
      }
    }
  });
});

test('the rate of a stream is known by its beginning, where that tells', () => {
  assert.equal(bytesPerSecond(wav(100).subarray(0, 60), 'audio/wav'), 16_000);
  assert.equal(bytesPerSecond(Buffer.alloc(10), 'audio/pcm'), 48_000);
  assert.equal(bytesPerSecond(mp3(3), 'audio/mpeg'), 16_000);
  assert.equal(bytesPerSecond(ascii('OggS'), 'audio/ogg'), undefined);
  assert.equal(bytesPerSecond(wav(100).subarray(0, 20), 'audio/wav'), undefined);
});
