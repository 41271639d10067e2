import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routeTable } from '@meridian/contract';
import { type World, world } from '@meridian/testkit';
import { exampleBody, examplePath, FORM_TYPE } from './support/reference-request.ts';

let here: World;
before(async () => {
  here = await world({ env: { MERIDIAN_SANDBOX: 'on' } });
});
after(() => here[Symbol.asyncDispose]());

describe('an example of the reference works as it stands, and its answer has the shape', () => {
  const asking = routeTable.filter(({ method, tag, body }) => {
    return method === 'POST' && tag === 'Inference' && body?.example !== undefined;
  });
  for (const { id, method, path, body, responses } of asking) {
    test(id, async () => {
      assert.ok(body);
      const answer = await fetch(here.server.url + examplePath(path, body.example), {
        method,
        headers: {
          authorization: `Bearer ${here.account.api.key}`,
          ...(body.contentType !== FORM_TYPE && { 'content-type': 'application/json' }),
        },
        body: exampleBody(body),
      });
      const text = await answer.text();
      assert.equal(answer.status, 200, text);
      const type = responses[200]?.contentType ?? 'application/json';
      const answered = type === 'application/json' ? JSON.parse(text) : text;
      const result = responses[200]?.schema?.safeParse(answered);
      assert.ok(result?.success, `${result?.error?.message} in ${text.slice(0, 500)}`);
    });
  }
});
