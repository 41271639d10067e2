import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BenchOptions, parseOptions } from './options.ts';

function parsed(...args: string[]): BenchOptions {
  const options = parseOptions(args);
  assert.notEqual(options, 'help');
  return options as BenchOptions;
}

test('without arguments every scenario runs over the usual targets', () => {
  const options = parsed();
  assert.deepEqual(options.targets, [
    'direct',
    'nginx',
    'bare-node',
    'meridian',
    'meridian-translated',
  ]);
  assert.ok(options.scenarios.includes('A-closed') && options.scenarios.includes('D-5000'));
  assert.equal(options.soakMinutes, 0);
});

test('a letter stands for all scenarios of its name, and none is run twice', () => {
  assert.deepEqual(parsed('--scenarios', 'A,A-open').scenarios, ['A-closed', 'A-open']);
  assert.deepEqual(parsed('--scenarios', 'D').scenarios, ['D-1000', 'D-5000']);
});

test('a target is chosen by its whole name: meridian is not meridian-embedded', () => {
  assert.deepEqual(parsed('--only', 'meridian').targets, ['meridian']);
});

test('a profile is of the server at saturation in one round, unless told otherwise', () => {
  const options = parsed('--profile');
  assert.deepEqual(options.targets, ['meridian']);
  assert.deepEqual(options.scenarios, ['A-closed', 'B-closed', 'C-closed']);
  assert.equal(options.rounds, 1);
  assert.deepEqual(parsed('--profile', '--only', 'bare-node').targets, ['bare-node']);
});

test('a soak takes ten minutes, or as many as are named', () => {
  assert.equal(parsed('--soak').soakMinutes, 10);
  assert.equal(parsed('--soak-minutes', '2').soakMinutes, 2);
});

test('what cannot be meant is refused with the reason', () => {
  const refused: readonly (readonly [string[], RegExp])[] = [
    [['--only', 'apache'], /--only: no apache; there are direct/],
    [['--scenarios', 'Z'], /--scenarios: no Z/],
    [['--rounds', '0'], /--rounds needs a whole number above 0/],
    [['--rounds', '1.5'], /--rounds needs a whole number above 0/],
    [['--seconds', 'x'], /--seconds needs a number above 0/],
    [['--repeats', 'x'], /--repeats needs a whole number/],
    [['--proxy-core', '1'], /the two cores must differ/],
    [['--unknown'], /unknown/],
  ];
  for (const [args, reason] of refused) assert.throws(() => parseOptions(args), reason);
});

test('help is asked for by its flag', () => {
  assert.equal(parseOptions(['--help']), 'help');
});
