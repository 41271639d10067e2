import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Form, type FormFile, fieldValue, filesOf, withField } from './form.ts';
import { typeOfForm, writeForm } from './write-form.ts';

function file(name: string, text: string, more: Partial<FormFile> = {}): FormFile {
  const bytes = Buffer.from(text);
  return {
    kind: 'file',
    name,
    filename: `${name}.txt`,
    contentType: 'text/plain',
    content: {
      length: bytes.length,
      async *open() {
        yield bytes.subarray(0, 2);
        yield bytes.subarray(2);
      },
    },
    ...more,
  };
}

const field = (name: string, value: string) => ({ kind: 'field', name, value }) as const;
const form = (...parts: Form['parts']): Form => ({ boundary: 'bound', parts });

async function written(given: Form): Promise<string> {
  const { length, open } = writeForm(given);
  const chunks: Buffer[] = [];
  for await (const chunk of open()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  assert.equal(bytes.length, length);
  return bytes.toString('utf8');
}

describe('a form', () => {
  test('has the last value of a field, and the files of a list', () => {
    const given = form(
      field('a', '1'),
      file('image', 'one'),
      field('a', '2'),
      file('image[]', 'two'),
    );
    assert.equal(fieldValue(given, 'a'), '2');
    assert.equal(fieldValue(given, 'image'), undefined);
    assert.deepEqual(
      filesOf(given, 'image').map(({ name }) => name),
      ['image', 'image[]'],
    );
    assert.deepEqual(filesOf(given, 'a'), []);
  });

  test('gets a field where it was, or in front, or loses it', () => {
    const [a, f] = [field('a', '1'), file('f', 'x')];
    const given = form(f, a, field('b', '2'), field('a', '3'));
    assert.deepEqual(withField(given, 'a', 'new').parts, [f, field('a', 'new'), field('b', '2')]);
    assert.deepEqual(withField(given, 'a', undefined).parts, [f, field('b', '2')]);
    assert.deepEqual(withField(given, 'c', 'new').parts[0], field('c', 'new'));
    assert.equal(withField(given, 'f', undefined).parts.length, 4, 'a file is no field');
  });

  test('is written as it reads, of the length that it tells', async () => {
    const given = form(field('model', 'whisper-1'), file('file', 'Ebbe & Flut'));
    assert.equal(typeOfForm(given), 'multipart/form-data; boundary=bound');
    const text = await written(given);
    assert.equal(
      text,
      [
        ...['--bound', 'Content-Disposition: form-data; name="model"', '', 'whisper-1'],
        ...['--bound', 'Content-Disposition: form-data; name="file"; filename="file.txt"'],
        ...['Content-Type: text/plain', '', 'Ebbe & Flut', '--bound--', ''],
      ].join('\r\n'),
    );
    const parsed = await new Response(text, {
      headers: { 'content-type': typeOfForm(given) },
    }).formData();
    assert.equal(parsed.get('model'), 'whisper-1');
    assert.equal(await (parsed.get('file') as File).text(), 'Ebbe & Flut');
  });

  test('can be read twice', async () => {
    const source = writeForm(form(file('file', 'again')));
    for (let n = 0; n < 2; n++) {
      const chunks: Buffer[] = [];
      for await (const chunk of source.open()) chunks.push(chunk);
      assert.match(Buffer.concat(chunks).toString(), /again/);
    }
  });

  test('lets no name or type out of its line', async () => {
    const evil = file('a"\r\nX: 1', 'x', {
      filename: '"; name="model\r\n\r\nevil',
      contentType: 'text/html\r\nX-Evil: 1',
    });
    const text = await written(form(field('b"\n', 'v'), evil));
    const lines = text.split('\r\n');
    assert.ok(lines.every((line) => !/^(X|X-Evil): 1/.test(line)));
    assert.ok(lines.includes('Content-Type: application/octet-stream'));
    assert.ok(lines.includes('Content-Disposition: form-data; name="b%22%0A"'));
    const long = file('f', 'x', { contentType: `text/plain;${' '.repeat(300)}` });
    assert.match(await written(form(long)), /application\/octet-stream/);
  });
});
