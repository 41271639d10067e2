import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VedicChart } from '../../types.ts';
import { ashtakoot, GRAHAS, KUTA_POINTS, type Kuta } from '../index.ts';
import { YONIS, yoniPoints } from './nakshatra-kinds.ts';

/** A chart whose Moon is in the middle of a quarter, 0 to 107. */
const moonAt = (pada: number): VedicChart => {
  const place = {
    longitude: ((pada + 0.5) * 360) / 108,
    latitude: 0,
    speed: 13,
    isRetrograde: false,
  };
  return {
    grahas: Object.fromEntries(
      GRAHAS.map((graha) => [graha, place]),
    ) as unknown as VedicChart['grahas'],
    ...{ ascendant: 0, midheaven: 270, ayanamsa: 24 },
    at: { jdTt: 2451545, jdUt: 2451545 },
    place: { latitude: 28, longitude: 77 },
  };
};
const charts = Array.from({ length: 108 }, (_, pada) => moonAt(pada));
const chart = (pada: number): VedicChart => charts[pada] ?? moonAt(pada);
const points = (groom: number, bride: number): Readonly<Record<string, number>> =>
  Object.fromEntries(
    ashtakoot(chart(groom), chart(bride)).kutas.map((one) => [one.kuta, one.points]),
  );

describe('Ashtakoot', () => {
  it('scores pairs as the tables say when read by hand', () => {
    // Ashvini and Bharani, both in Aries.
    assert.deepEqual(points(0, 4), {
      varna: 1,
      vashya: 2,
      tara: 3,
      yoni: 2,
      graha_maitri: 5,
      gana: 6,
      bhakoot: 7,
      nadi: 8,
    });
    // Rohini in Taurus and Jyeshtha in Scorpio: opposite signs, Venus and Mars.
    assert.deepEqual(points(12, 68), {
      varna: 0,
      vashya: 1,
      tara: 1.5,
      yoni: 2,
      graha_maitri: 3,
      gana: 0,
      bhakoot: 7,
      nadi: 8,
    });
  });

  it('is at most 36, never negative, and cancellations only add, for all 108 × 108 quarters', () => {
    const max = Object.values(KUTA_POINTS).reduce((sum: number, one) => sum + one, 0);
    assert.equal(max, 36);
    for (const groom of charts)
      for (const bride of charts) {
        const { total, totalWithCancellations, kutas } = ashtakoot(groom, bride);
        assert.ok(total >= 0 && total <= totalWithCancellations && totalWithCancellations <= 36);
        assert.ok(kutas.every((one) => one.points >= 0 && one.points <= one.max));
      }
  });

  it('depends on who is the groom in Varna, Vashya and Gana only', () => {
    const uneven = new Set<string>();
    for (let groom = 0; groom < 108; groom += 2)
      for (let bride = 1; bride < 108; bride += 3) {
        const [one, other] = [points(groom, bride), points(bride, groom)];
        for (const kuta of Object.keys(one).filter((key) => one[key] !== other[key]))
          uneven.add(kuta);
      }
    assert.deepEqual([...uneven].sort(), ['gana', 'varna', 'vashya']);
  });

  it('names what lifts a fault', () => {
    const lifted = (groom: number, bride: number, kuta: Kuta): readonly string[] =>
      ashtakoot(chart(groom), chart(bride)).kutas.find((one) => one.kuta === kuta)?.cancelledBy ??
      [];
    assert.deepEqual(lifted(0, 1, 'nadi'), ['same_nakshatra_other_pada']);
    assert.deepEqual(lifted(0, 0, 'nadi'), []);
    assert.deepEqual(lifted(8, 9, 'nadi'), [
      'same_nakshatra_other_pada',
      'same_nakshatra_other_sign',
    ]);
    // Taurus and Libra, the sixth and eighth from each other, both of Venus.
    assert.ok(lifted(12, 58, 'bhakoot').includes('sign_lords_same'));
    assert.deepEqual(lifted(0, 4, 'gana'), []);
  });

  it('has seven pairs of animals that are sworn enemies', () => {
    const foes = YONIS.flatMap((a, index) =>
      YONIS.slice(index)
        .filter((b) => yoniPoints(a, b) === 0)
        .map((b) => `${a}-${b}`),
    );
    assert.deepEqual(foes.sort(), [
      'cat-rat',
      'cow-tiger',
      'dog-deer',
      'elephant-lion',
      'horse-buffalo',
      'serpent-mongoose',
      'sheep-monkey',
    ]);
    for (const a of YONIS) for (const b of YONIS) assert.equal(yoniPoints(a, b), yoniPoints(b, a));
  });
});
