import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyseVastu, vastuRule, vastuRules } from './analysis.ts';
import { DIRECTIONS, parseDirection } from './directions.ts';
import { parseRoom } from './room-names.ts';
import { ROOM_RULES, ROOMS } from './rooms.ts';

test('the table has one rule for every room in each of sixteen directions', () => {
  const rules = vastuRules();
  assert.equal(rules.length, ROOMS.length * 16);
  for (const rule of rules) {
    assert.ok(rule.score >= -2 && rule.score <= 2);
    assert.ok(rule.reason.length > 20);
    assert.equal(rule.remedy === undefined, rule.score >= 0, `${rule.room} ${rule.direction}`);
  }
});

test('no direction of a room is both good and bad', () => {
  for (const { room, best, good, poor, worst } of ROOM_RULES) {
    const all = [...best, ...good, ...poor, ...worst];
    assert.equal(new Set(all).size, all.length, room);
    assert.ok(
      all.every((direction) => DIRECTIONS.includes(direction)),
      room,
    );
  }
});

test('a kitchen belongs to the fire in the south-east, not to the water in the north-east', () => {
  assert.equal(vastuRule('kitchen', 'southeast').score, 2);
  assert.equal(vastuRule('kitchen', 'northeast').score, -2);
  assert.match(vastuRule('kitchen', 'northeast').remedy ?? '', /south-east/);
});

test('a house by the book scores more than the same house turned round', () => {
  const rooms = [
    ['kitchen', 'southeast', 'northeast'],
    ['master_bedroom', 'southwest', 'northeast'],
    ['prayer_room', 'northeast', 'southwest'],
  ] as const;
  const house = (which: 1 | 2) =>
    analyseVastu({
      direction: which === 1 ? 'north' : 'southwest',
      rooms: rooms.map((row) => ({ name: row[0], room: row[0], direction: row[which] })),
      ...{ latitude: 18.5, longitude: 73.9 },
    });
  assert.equal(house(1).score, 100);
  assert.equal(house(2).score, 0);
});

test('the Sun rises due east at the equinox, north of east in a northern June, not at all near the pole', () => {
  const at = (latitude: number) =>
    analyseVastu({ direction: 'east', rooms: [], latitude, longitude: 0 });
  assert.ok(Math.abs((at(18.5).sun.equinox?.sunrise ?? 0) - 90) < 1e-9);
  assert.ok((at(18.5).sun.june?.sunrise ?? 90) < 66);
  assert.equal(at(80).sun.june, null);
  assert.match(at(80).warnings.join(), /does not rise/);
  assert.match(at(-34).warnings.join(), /northern hemisphere/);
  assert.equal(at(90).sun.equinox, null);
});

test('directions and rooms are understood in their usual spellings', () => {
  for (const text of ['north_east', 'North-East', 'NE', 'northeast', '45', '50']) {
    assert.equal(parseDirection(text), 'northeast', text);
  }
  assert.equal(parseDirection('NNE'), 'north_northeast');
  assert.equal(parseDirection('350'), 'north');
  assert.equal(parseDirection('up'), undefined);
  assert.equal(parseRoom('Pooja Room'), 'prayer_room');
  assert.equal(parseRoom('Bedroom 2'), 'bedroom');
  assert.equal(parseRoom('dungeon'), undefined);
});
