import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadDocument, parseDocument, printDocument } from './document.ts';
import { documentOf, planChanges, type ServerConfig, type ShownKey } from './plan.ts';
import { printPlan } from './print-plan.ts';

const key = (id: number, name: string, more: object = {}): ShownKey => ({
  ID: id,
  Name: name,
  PartialKey: 'tail',
  SecretKey: '***',
  Level: 1,
  Health: { State: 'active' },
  RPM: null,
  ...more,
});

const server: ServerConfig = {
  settings: { MODEL_MAPPER: { a: 'b' }, EMAIL_PASS: '***', RESOURCES: { '/v1/x': {} } },
  keys: [key(1, 'one'), key(2, 'twin'), key(3, 'twin')],
};
const read = (name: string): string | undefined => ({ SECRET: 'secret-with-a-tail' })[name];

function plan(text: string, prune = false): string {
  return printPlan(planChanges(server, parseDocument(text), { prune, read }));
}

for (const format of ['yaml', 'json'] as const) {
  test(`what is written as ${format} and read again changes nothing`, () => {
    const text = printDocument(documentOf(server), format);
    assert.equal(plan(text, true), '');
    assert.ok(!text.includes('Health') && !text.includes('PartialKey') && !text.includes('RPM'));
    assert.deepEqual(
      parseDocument(text).provider_keys?.map(({ ID }) => ID),
      [undefined, 2, 3],
      'ids only where names are not unique',
    );
  });
}

test('a missing setting goes back to its default, and so does one that says nothing', () => {
  const reset = '- MODEL_MAPPER\n  - a: "b"\n- RESOURCES\n  - /v1/x: {}\n';
  assert.equal(plan('{version: 1, settings: {EMAIL_PASS: "***"}}'), reset);
  const empty =
    '{version: 1, settings: {EMAIL_PASS: "***", MODEL_MAPPER: {}, RESOURCES: {"*": {}}}}';
  assert.equal(plan(empty), reset);
});

test('keys are left alone without their section, and deleted only when that is asked for', () => {
  const kept =
    'version: 1\nsettings: {MODEL_MAPPER: {a: b}, EMAIL_PASS: "***", RESOURCES: {/v1/x: {}}}';
  assert.equal(plan(kept, true), '');
  assert.equal(plan(`${kept}\nprovider_keys: [{Name: one}]`), '');
  assert.equal(
    plan(`${kept}\nprovider_keys: [{Name: one}]`, true),
    '- provider key twin (2)\n- provider key twin (3)\n',
  );
});

test('secrets come from the environment, are told masked, and are not written when they are the same', () => {
  const kept =
    'version: 1\nsettings: {MODEL_MAPPER: {a: b}, EMAIL_PASS: "env:SECRET", RESOURCES: {/v1/x: {}}}';
  const told = plan(
    `${kept}\nprovider_keys: [{Name: one, SecretKey: "env:SECRET", Level: 2}, {Name: new, SecretKey: a-new-secret}]`,
  );
  assert.equal(
    told,
    [
      '~ EMAIL_PASS',
      '  - EMAIL_PASS: "***"',
      '  + EMAIL_PASS: "***"',
      '~ provider key one (1)',
      '  - Level: 1',
      '  + Level: 2',
      '+ provider key new',
      '  + Name: "new"',
      '  + SecretKey: "***"',
      '',
    ].join('\n'),
  );
});

test('what cannot be meant is refused by name', () => {
  const cases: readonly (readonly [text: string, says: RegExp])[] = [
    ['version: 1\nsettings: {MODEL_MAPER: {}}', /settings/],
    ['version: 2\nsettings: {}', /version/],
    ['{', /neither JSON nor YAML/],
    ['a: &a [x]\nb: *c', /neither JSON nor YAML/],
    ['version: 1\nsettings: {}\nprovider_keys: [{Name: new, SecretKey: "***"}]', /new is new/],
    ['version: 1\nsettings: {}\nprovider_keys: [{Name: twin}]', /several keys are called twin/],
    ['version: 1\nsettings: {}\nprovider_keys: [{ID: 9, Name: x}]', /no key with the ID 9/],
    ['version: 1\nsettings: {EMAIL_PASS: "env:NOT_THERE"}', /NOT_THERE/],
    ['version: 1\nsettings: {XAI_MAIL: "***"}', /XAI_MAIL: \*\*\* keeps/],
  ];
  for (const [text, says] of cases) {
    assert.throws(
      () => plan(text),
      (error) => error instanceof BadDocument && says.test(error.message),
      text,
    );
  }
});
