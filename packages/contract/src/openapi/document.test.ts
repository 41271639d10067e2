import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorsOf } from '../error-meanings.ts';
import { errorCatalog } from '../errors.ts';
import { routeTable } from '../routes/index.ts';
import { type OpenApiDocument, openapi } from './document.ts';

type Node = Readonly<Record<string, unknown>>;

const document: OpenApiDocument = JSON.parse(JSON.stringify(openapi(routeTable, '1.2.3')));
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    path,
    method,
    operation: operation as Node,
  })),
);

/** Every object in the document, with the JSON pointer that leads to it. */
function* nodes(value: unknown, pointer = '#'): Generator<readonly [string, Node]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [pointer, value as Node];
  for (const [key, child] of Object.entries(value)) {
    yield* nodes(child, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}

function resolve(ref: string): unknown {
  const parts = ref.slice(2).split('/');
  return parts.reduce<unknown>(
    (node, part) => (node as Node | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')],
    document,
  );
}

describe('the OpenAPI document', () => {
  it('is the same every time', () => {
    assert.equal(
      JSON.stringify(openapi(routeTable, '1.2.3')),
      JSON.stringify(openapi(routeTable, '1.2.3')),
    );
  });

  it('has the fields that OpenAPI 3.1 requires', () => {
    assert.match(document.openapi, /^3\.1\.\d+$/);
    assert.equal(document.info.title, 'Meridian');
    assert.equal(document.info.version, '1.2.3');
    for (const { path, method, operation } of operations) {
      assert.ok(path.startsWith('/'), path);
      assert.ok(['get', 'post', 'put', 'delete'].includes(method), method);
      assert.ok(Object.keys(operation.responses as Node).length > 0, path);
      for (const [status, response] of Object.entries(operation.responses as Node)) {
        assert.match(status, /^[1-5]\d\d$/);
        assert.equal(typeof (response as Node).description, 'string', `${path} ${status}`);
      }
    }
  });

  it('contains every route of the table and nothing else', () => {
    const listed = operations.map(({ path, method, operation }) => [
      method.toUpperCase(),
      path,
      operation.operationId,
    ]);
    const expected = routeTable.map(({ method, path, id }) => [method, path, id]);
    assert.deepEqual(listed.map(String).sort(), expected.map(String).sort());
  });

  it('uses only characters that component names may have', () => {
    for (const group of Object.values(document.components)) {
      for (const name of Object.keys(group)) assert.match(name, /^[a-zA-Z0-9._-]+$/);
    }
  });

  it('resolves every reference, and only to its own components', () => {
    let references = 0;
    for (const [pointer, node] of nodes(document)) {
      if (typeof node.$ref !== 'string' || pointer.includes('/properties/$ref')) continue;
      references += 1;
      assert.ok(node.$ref.startsWith('#/components/'), pointer);
      assert.notEqual(resolve(node.$ref), undefined, `${pointer} → ${node.$ref}`);
    }
    assert.ok(references > 100);
  });

  it('refers to every schema that it names', () => {
    const text = JSON.stringify(document);
    for (const name of Object.keys(document.components.schemas)) {
      assert.ok(text.includes(`"#/components/schemas/${name}"`), name);
    }
  });

  it('has no empty schema where a body or parameter is described', () => {
    for (const [pointer, node] of nodes(document)) {
      if (!('schema' in node)) continue;
      assert.ok(Object.keys(node.schema as Node).length > 0, pointer);
    }
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      assert.ok(Object.keys(schema).length > 0, name);
    }
  });

  it('says something about every property', () => {
    for (const [pointer, node] of nodes(document.components.schemas)) {
      if (!/\/properties\/[^/]+$/.test(pointer)) continue;
      assert.ok(Object.keys(node).length > 0, pointer);
    }
  });

  it('requires only properties that exist', () => {
    for (const [pointer, node] of nodes(document.components.schemas)) {
      if (!Array.isArray(node.required)) continue;
      const properties = Object.keys((node.properties ?? {}) as Node);
      for (const name of node.required) assert.ok(properties.includes(name), `${pointer} ${name}`);
    }
  });

  it('carries no keyword of another dialect and no identifier that moves references', () => {
    for (const [pointer, node] of nodes(document.components.schemas)) {
      if (pointer.endsWith('/properties')) continue;
      for (const keyword of ['$schema', '$id', '$defs', 'definitions', 'nullable', 'id', 'wire']) {
        assert.ok(!(keyword in node), `${pointer} ${keyword}`);
      }
    }
  });

  it('declares each parameter of a path as required, and no other in it', () => {
    for (const { path, operation } of operations) {
      const declared = ((operation.parameters ?? []) as Node[]).filter(
        (each) => each.in === 'path',
      );
      const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
      assert.deepEqual(
        declared.map(({ name }) => name),
        names,
        path,
      );
      for (const { required } of declared) assert.equal(required, true, path);
    }
  });

  it('names only security schemes that exist, and asks for a key where the table does', () => {
    for (const { path, method, operation } of operations) {
      const route = routeTable.find(
        (each) => each.path === path && each.method === method.toUpperCase(),
      );
      const schemes = (operation.security as Node[]).flatMap((each) => Object.keys(each));
      for (const scheme of schemes) assert.ok(scheme in document.components.securitySchemes);
      assert.equal(schemes.includes('bearer'), route?.auth === 'key', path);
    }
  });

  it('tags operations only with tags that it describes', () => {
    const known = document.tags.map(({ name }) => name);
    for (const { operation } of operations) {
      for (const tag of operation.tags as string[]) assert.ok(known.includes(tag as never), tag);
    }
  });

  it('lists every error that a route can answer with, under its status', () => {
    for (const route of routeTable) {
      const item = document.paths[route.path] as Record<string, Node>;
      const responses = item[route.method.toLowerCase()]?.responses as Record<string, Node>;
      for (const code of errorsOf(route)) {
        const { description } = responses[errorCatalog[code].status] as Node;
        const isOwnAnswer = errorCatalog[code].status in route.responses;
        assert.ok(
          isOwnAnswer || String(description).includes(`\`${code}\``),
          `${route.id} ${code}`,
        );
      }
    }
  });

  it('shows numbers in paths and queries as numbers', () => {
    const keys = document.paths['/x-keys']?.get?.parameters as Node[];
    const size = keys.find(({ name }) => name === 'size');
    assert.deepEqual(size?.schema, { type: 'integer', minimum: 1, maximum: 1000 });
  });
});
