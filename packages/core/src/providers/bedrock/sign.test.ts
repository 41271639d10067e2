import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../kernel/index.ts';
import { createSigner, type SignableRequest } from './sign.ts';

/** The key, the scope and the moment of the published test suite of Signature Version 4. */
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
};
const scope = { credentials, region: 'us-east-1', service: 'service' };
const AT_MS = Date.parse('2015-08-30T12:36:00Z');

function signatureOf(request: Partial<SignableRequest>): string {
  const headers = createSigner(scope).sign(
    {
      ...{ method: 'GET', host: 'example.amazonaws.com', path: '/', headers: [] },
      ...{ body: Buffer.alloc(0), ...request },
    },
    AT_MS,
  );
  return headers.at(-1)!.replace(/^.*Signature=/, '');
}

const FORM = ['content-type', 'application/x-www-form-urlencoded'];

/** [case of the suite, request, signature] */
const vectors: readonly (readonly [string, Partial<SignableRequest>, string])[] = [
  ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'post-vanilla',
    { method: 'POST' },
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  ],
  [
    'post-x-www-form-urlencoded',
    { method: 'POST', headers: FORM, body: Buffer.from('Param1=value1') },
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
  [
    'get-vanilla-query-order-key-case',
    { path: '/?Param2=value2&Param1=value1' },
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'post-header-key-sort',
    { method: 'POST', headers: ['my-header1', 'value1'] },
    'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  ],
  [
    'get-header-value-trim',
    { headers: ['my-header1', ' value1', 'my-header2', ' "a   b   c"'] },
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
];

test('signatures are those of the published test suite', async (t) => {
  for (const [name, request, signature] of vectors) {
    await t.test(name, () => assert.equal(signatureOf(request), signature));
  }
});

test('the date, the scope and the signed headers are told', () => {
  const signer = createSigner({ ...scope, region: 'eu-west-1', service: 'bedrock' });
  const headers = signer.sign(
    {
      ...{ method: 'POST', host: 'example.com', path: '/model/a%3A0/converse' },
      ...{ headers: ['content-type', 'application/json'], body: Buffer.from('{}') },
    },
    AT_MS,
  );
  assert.deepEqual(headers.slice(0, 4), [
    ...['content-type', 'application/json', 'x-amz-date', '20150830T123600Z'],
  ]);
  const credential = 'Credential=AKIDEXAMPLE/20150830/eu-west-1/bedrock/aws4_request';
  const names = 'SignedHeaders=content-type;host;x-amz-date';
  assert.ok(headers[5]?.startsWith(`AWS4-HMAC-SHA256 ${credential}, ${names}, Signature=`));
});

test('a session token is sent and signed', () => {
  const temporary = { ...credentials, sessionToken: new Secret('token') };
  const request = {
    ...{ method: 'GET', host: 'example.com', path: '/', headers: [], body: Buffer.alloc(0) },
  };
  const headers = createSigner({ ...scope, credentials: temporary }).sign(request, AT_MS);
  assert.equal(headers[headers.indexOf('x-amz-security-token') + 1], 'token');
  assert.match(headers.at(-1)!, /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
});

test('a signature holds for its own moment and day', () => {
  const signer = createSigner(scope);
  const request = {
    ...{ method: 'GET', host: 'example.com', path: '/', headers: [], body: Buffer.alloc(0) },
  };
  const dayMs = 86_400_000;
  const days = [AT_MS, AT_MS + 1_000, AT_MS + dayMs, AT_MS];
  const signed = days.map((nowMs) => signer.sign(request, nowMs).at(-1));
  assert.equal(new Set(signed).size, 3);
  assert.equal(signed[3], signed[0]);
});
