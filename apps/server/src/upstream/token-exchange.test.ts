import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Secret } from '@meridian/core/kernel';
import { createTokenExchange, openTokenFetch, type TokenRequest } from './token-exchange.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const EMAIL = 'meridian@my-project.iam.gserviceaccount.com';

function accountWith(pem: string) {
  return { projectId: 'my-project', clientEmail: EMAIL, privateKey: new Secret(pem) };
}

function answer(status: number, body: unknown): Response {
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}

function partOf(jwt: string, index: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString());
}

test('a token is asked for with an assertion that the account has signed', async () => {
  const sent: { url: string; request: TokenRequest }[] = [];
  const exchange = createTokenExchange(async (url, request) => {
    sent.push({ url, request });
    return answer(200, { access_token: 'ya29.good', expires_in: 3599, token_type: 'Bearer' });
  });
  const fetched = await exchange(accountWith(PEM), 'public');
  assert.ok('token' in fetched, JSON.stringify(fetched));
  assert.equal(fetched.token, 'ya29.good');
  assert.ok(fetched.lifetimeMs > 3_500_000 && fetched.lifetimeMs <= 3_599_000);
  const [{ url, request }] = sent as [(typeof sent)[number]];
  assert.equal(sent.length, 1);
  assert.equal(url, 'https://oauth2.googleapis.com/token');
  assert.equal(request.method, 'POST');
  const form = new URLSearchParams(request.body);
  assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
  const jwt = form.get('assertion') ?? '';
  assert.equal(partOf(jwt, 0).alg, 'RS256');
  const { iss, scope, aud } = partOf(jwt, 1);
  assert.deepEqual(
    [iss, scope, aud],
    [
      EMAIL,
      'https://www.googleapis.com/auth/cloud-platform',
      'https://oauth2.googleapis.com/token',
    ],
  );
  const at = jwt.lastIndexOf('.');
  const verifier = createVerify('RSA-SHA256').update(jwt.slice(0, at));
  assert.ok(verifier.verify(publicKey, jwt.slice(at + 1), 'base64url'));
});

test('an account with a token address of its own asks there, as far as its owner may reach', async () => {
  const sent: { url: string; request: TokenRequest }[] = [];
  const exchange = createTokenExchange(async (url, request) => {
    sent.push({ url, request });
    return answer(200, { access_token: 'ya29.own', expires_in: 3599, token_type: 'Bearer' });
  });
  const tokenUri = 'https://oauth2.example.com/token';
  const account = { ...accountWith(PEM), tokenUri };
  const fetched = await exchange(account, 'any');
  assert.ok('token' in fetched);
  await exchange(accountWith(PEM), 'any');
  assert.deepEqual(
    sent.map(({ url, request }) => [url, request.reach]),
    [
      [tokenUri, 'any'],
      ['https://oauth2.googleapis.com/token', 'public'],
    ],
  );
  const assertion = new URLSearchParams(sent[0]?.request.body).get('assertion') ?? '';
  assert.equal(partOf(assertion, 1).aud, tokenUri);
});

test('an account that is refused, or cannot sign, is at fault itself', async () => {
  const refusal = { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' };
  const refused = await createTokenExchange(async () => answer(400, refusal))(
    accountWith(PEM),
    'public',
  );
  assert.ok('kind' in refused);
  assert.equal(refused.kind, 'credentials');
  assert.match(refused.message, /invalid_grant/);
  const unused = createTokenExchange(async () => assert.fail('nothing can be sent'));
  const broken = '-----BEGIN RSA PRIVATE KEY-----\nMIIE...\n-----END RSA PRIVATE KEY-----\n';
  const unsigned = await unused(accountWith(broken), 'public');
  assert.ok('kind' in unsigned);
  assert.equal(unsigned.kind, 'credentials');
  const empty = await createTokenExchange(async () => answer(200, {}))(accountWith(PEM), 'public');
  assert.ok('kind' in empty);
  assert.equal(empty.kind, 'credentials');
});

test('a token endpoint that fails is an outage, and no message has a secret', async () => {
  const outages = [
    async () => answer(503, 'busy'),
    async () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
  ];
  for (const send of outages) {
    const fault = await createTokenExchange(send)(accountWith(PEM), 'public');
    assert.ok('kind' in fault);
    assert.equal(fault.kind, 'connect');
    assert.ok(!fault.message.includes('PRIVATE KEY') && !fault.message.includes('assertion'));
  }
});

test('the way to the token endpoint leads to no address inside and follows no redirect', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await using network = openTokenFetch();
    const { port } = server.address() as AddressInfo;
    for (const host of ['127.0.0.1', 'localhost']) {
      const exchange = createTokenExchange((_url, request) =>
        network.send(`http://${host}:${port}/token`, request),
      );
      const fault = await exchange(accountWith(PEM), 'public');
      assert.ok('kind' in fault);
      assert.equal(fault.kind, 'refused_address', fault.message);
    }
    assert.equal(asked, 0);
  } finally {
    server.close();
  }
});
