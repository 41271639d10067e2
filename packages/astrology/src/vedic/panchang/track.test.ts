import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ayanamsaAt } from '../../ayanamsa.ts';
import { createEphemeris } from '../../ephemeris/index.ts';
import { instantFromUt } from '../../time/index.ts';
import { norm180 } from '../zodiac.ts';
import { createPanchangSky } from './sky.ts';
import { createTrack } from './track.ts';

it('interpolated Sun and Moon are within 0.001″ of the exact ones', () => {
  const ephemeris = createEphemeris();
  const sky = createPanchangSky(ephemeris);
  for (let step = 0; step < 400; step++) {
    const jdUt = 2378500 + step * 271.828;
    const at = instantFromUt(jdUt);
    const ayanamsa = ayanamsaAt('lahiri', at, ephemeris).true;
    for (const body of ['sun', 'moon'] as const) {
      const exact = ephemeris.longitude(body, at) - ayanamsa;
      const off = Math.abs(norm180(sky.longitude(body, jdUt) - exact)) * 3600;
      assert.ok(off < 0.001, `${body} is ${off}″ off at ${jdUt}`);
    }
  }
});

it('forgets the oldest stretches, asks for none twice in a row, and passes 360° smoothly', () => {
  let asked = 0;
  const track = createTrack(
    (jd) => {
      asked += 1;
      return (jd * 13) % 360;
    },
    { days: 4, points: 5 },
  );
  for (let step = 0; step < 1000; step++)
    assert.ok(Math.abs(norm180(track(step / 10) - (step / 10) * 13)) < 1e-9);
  assert.equal(asked, 25 * 5);
  for (let stretch = 0; stretch < 400; stretch++) track(stretch * 4);
  const before = asked;
  track(0);
  assert.equal(asked, before + 5);
});
