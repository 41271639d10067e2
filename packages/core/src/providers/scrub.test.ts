import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../kernel/index.ts';
import { createScrubber, scrub, scrubBody } from './scrub.ts';

const PLAIN = 'sk-proj-AbC+/dEf"0123456789';
const secret = new Secret(PLAIN);
const wordy = new Secret('ollama');

test('a secret is cut out in every form in which it is echoed', () => {
  const echoes = [
    PLAIN,
    encodeURIComponent(PLAIN),
    JSON.stringify(PLAIN),
    Buffer.from(PLAIN).toString('base64'),
    'sk-proj-********6789',
    'sk-pr...6789',
    'sk-•••••',
  ];
  for (const echo of echoes) {
    const clean = scrub(`Incorrect API key provided: ${echo}, sorry. ${echo}`, secret);
    assert.match(clean, /^Incorrect API key provided: .*redacted.*, sorry\. .*redacted/, echo);
    for (const part of ['AbC', '6789', PLAIN])
      assert.ok(!clean.includes(part), `${echo}: ${clean}`);
  }
});

test('texts without the secret stay as they are, also with short or empty secrets', () => {
  const text = 'model ollama is not loaded ... *** wait';
  assert.equal(scrub(text, secret), text);
  assert.equal(scrub(text, wordy), text);
  assert.equal(scrub(text, new Secret('')), text);
  const body = Buffer.from(text);
  assert.equal(scrubBody(body, secret), body);
  assert.equal(scrubBody(Buffer.from(`x${PLAIN}y`), secret).toString(), 'x[redacted]y');
});

test('a stream is clean wherever it is split, and loses nothing else', () => {
  const bytes = Buffer.from(`aaa ${PLAIN} sk-proj-Ab ${PLAIN}${PLAIN} ünd sk-`);
  const clean = 'aaa [redacted] sk-proj-Ab [redacted][redacted] ünd sk-';
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const scrubber = createScrubber(secret);
      const parts = [
        bytes.subarray(0, first),
        bytes.subarray(first, second),
        bytes.subarray(second),
      ];
      const out = [...parts.map((part) => scrubber.push(part)), scrubber.end()];
      assert.equal(Buffer.concat(out).toString('utf8'), clean, `split at ${first}, ${second}`);
    }
  }
});

test('a chunk without a trace of the secret is passed on uncopied', () => {
  const chunk = Buffer.from('data: {"x":1}\n\n');
  assert.equal(createScrubber(secret).push(chunk), chunk);
  assert.equal(createScrubber(new Secret('')).push(chunk), chunk);
});
