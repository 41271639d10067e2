import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountCreate, accountUpdate, type Route, routeTable } from '@meridian/contract';
import { KNOWN_FIELDS, PERMISSION_TABLE, type PermissionRow } from './support/permission-table.ts';
import {
  ACTORS,
  type ActorName,
  type PermissionWorld,
  permissionWorld,
} from './support/permission-world.ts';
import { exampleBody, examplePath, FORM_TYPE } from './support/reference-request.ts';

let here: PermissionWorld;
before(async () => {
  here = await permissionWorld();
});
after(() => here[Symbol.asyncDispose]());

const routes = new Map(routeTable.map((route) => [route.id, route]));

async function pathOf(route: Route, row: PermissionRow): Promise<string> {
  let path = examplePath(route.path, route.body?.example);
  for (const [name, value] of Object.entries((await row.params?.(here)) ?? {})) {
    path = path.replace(`{${name}}`, encodeURIComponent(String(value)));
  }
  assert.ok(!path.includes('{'), `${route.id}: a parameter of ${path} has no value`);
  const query = row.query?.(here);
  return query === undefined ? path : `${path}?${query}`;
}

function bodyOf({ body }: Route, row: PermissionRow): FormData | string | undefined {
  if (row.body) return JSON.stringify(row.body(here));
  return body === undefined ? undefined : exampleBody(body);
}

async function ask(route: Route, row: PermissionRow, actor: ActorName): Promise<number> {
  const key = here.keyOf(actor);
  const path = await pathOf(route, row);
  const body = bodyOf(route, row);
  const isForm = route.body?.contentType === FORM_TYPE;
  const answer = await fetch(here.url + path, {
    method: route.method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
  const text = await answer.text();
  if (row.rotates !== undefined && answer.status === 200) {
    const { rotate } = JSON.parse(text) as { rotate: { key: string } };
    here.setKey(row.rotates === 'actor' ? actor : 'self', rotate.key);
  }
  return answer.status;
}

describe('who may do what', () => {
  test('is said for every route, and for nothing else', () => {
    const said = new Set(PERMISSION_TABLE.map(({ route }) => route));
    assert.deepEqual([...said].toSorted(), [...routes.keys()].toSorted());
  });

  test('is said for every field of an account', () => {
    const update = Object.keys(accountUpdate.shape);
    assert.deepEqual(KNOWN_FIELDS.toSorted(), update.toSorted());
    assert.deepEqual(KNOWN_FIELDS.toSorted(), Object.keys(accountCreate.shape).toSorted());
  });

  for (const row of PERMISSION_TABLE) {
    const { route: id, about, expect } = row;
    test(about === undefined ? id : `${id}: ${about}`, async () => {
      const route = routes.get(id);
      assert.ok(route);
      const statuses: number[] = [];
      for (const actor of ACTORS) statuses.push(await ask(route, row, actor));
      const named = (list: readonly (string | number)[]) =>
        ACTORS.map((actor, index) => `${actor} ${list[index]}`);
      assert.deepEqual(named(statuses), named(expect.split(' ')));
    });
  }
});
