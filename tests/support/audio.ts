const SAMPLES_PER_SECOND = 8_000;
const HEADER_BYTES = 44;

/** A WAV of so many seconds, 8,000 bytes each, whose samples are not all the same. */
export function wavOf(seconds: number): Buffer {
  const bytes = Math.round(seconds * SAMPLES_PER_SECOND);
  const file = Buffer.alloc(HEADER_BYTES + bytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  file.writeUInt32LE(SAMPLES_PER_SECOND, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(bytes, 40);
  for (let at = HEADER_BYTES; at < file.length; at++) file[at] = (at * 7 + (at >> 8)) & 0xff;
  return file;
}
