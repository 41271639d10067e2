import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type BodySpec, routeTable } from '@meridian/contract';
import { tinyPng, type World, world } from '@meridian/testkit';
import { wavOf } from './support/audio.ts';

const SANDBOX_MODEL = /sandbox-[a-z]+/;
const FORM_TYPE = 'multipart/form-data';

let here: World;
before(async () => {
  here = await world({ env: { MERIDIAN_SANDBOX: 'on' } });
});
after(() => here[Symbol.asyncDispose]());

/** The path of an example: a parameter takes the model that the example is about. */
function examplePath(path: string, example: unknown): string {
  const [model = 'sandbox-chat'] = SANDBOX_MODEL.exec(JSON.stringify(example)) ?? [];
  const embeds = path.includes('mbedContent');
  return path.replace('{model}', embeds ? 'sandbox-embedding' : model);
}

/** The body as it is sent; `@name` in a form stands for a file of that name. */
function exampleBody({ example, contentType }: BodySpec): FormData | string {
  if (contentType !== FORM_TYPE) return JSON.stringify(example);
  const form = new FormData();
  for (const [name, value] of Object.entries(example as Record<string, unknown>)) {
    const text = String(value);
    if (text.startsWith('@')) form.append(name, fileOf(text.slice(1)), text.slice(1));
    else form.append(name, text);
  }
  return form;
}

function fileOf(name: string): Blob {
  return new Blob([name.endsWith('.wav') ? wavOf(2) : tinyPng()]);
}

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
