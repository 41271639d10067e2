import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IndianChart, northIndianChart, southIndianChart } from './indian-charts.ts';
import { openPngPainter } from './png.ts';
import type { Scene, Shape } from './scene.ts';
import { svgOf } from './svg.ts';
import { type WesternWheel, westernWheel } from './western-wheel.ts';

const SIGNS = ['मेष', 'वृषभ', 'मिथुन', 'कर्क', 'सिंह', 'कन्या', 'तुला', 'वृश्चिक', 'धनु', 'मकर', 'कुंभ', 'मीन'];

const indian: IndianChart = {
  ...{ title: 'A & B <born> "here"', lines: ['1990-01-15'], ascendantSign: 1 },
  ...{ ascendantLabel: 'लग्न', signLabels: SIGNS },
  bodies: [
    { label: 'सूर्य', sign: 9, degree: 29.999, isRetrograde: false },
    { label: 'மங்கள்', sign: 8, degree: 3, isRetrograde: true },
  ],
};

const wheel: WesternWheel = {
  ...{ title: 'Natal', lines: ['1990-01-15'], ascendant: 72, midheaven: 336 },
  cusps: [72, 98, 124, 156, 188, 222, 252, 278, 304, 336, 8, 42],
  bodies: ['sun', 'moon', 'mars', 'pluto', 'vertex'].map((key) => ({
    key,
    label: key,
    longitude: 0,
  })),
  aspects: [{ from: 0, to: 120, tone: 'soft' }],
  ...{ signLabels: SIGNS, ascendantLabel: 'Asc', midheavenLabel: 'MC' },
};

const texts = (scene: Scene): string[] =>
  scene.shapes.filter((shape) => shape.kind === 'text').map(({ text }) => text);

test('both Indian charts show every graha once, in whole degrees that are never rounded up', () => {
  for (const scene of [northIndianChart(indian), southIndianChart(indian)]) {
    assert.equal(texts(scene).filter((text) => text === 'सूर्य 29°').length, 1);
    assert.equal(texts(scene).filter((text) => text === 'மங்கள் 3° R').length, 1);
    assert.ok(texts(scene).includes('लग्न'));
  }
});

test('the first house of a North Indian chart has the number of the rising sign, the others follow', () => {
  const numbers = texts(northIndianChart(indian)).filter((text) => /^\d+$/.test(text));
  assert.deepEqual(numbers, ['2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '1']);
});

test('a house with ten grahas keeps them inside the picture and apart', () => {
  const bodies = Array.from({ length: 10 }, (_, index) => ({
    label: `Graha ${index}`,
    sign: 3,
    degree: 29,
  }));
  for (const scene of [
    northIndianChart({ ...indian, bodies }),
    southIndianChart({ ...indian, bodies }),
  ]) {
    const placed = scene.shapes.filter(
      (shape) => shape.kind === 'text' && /Graha/.test(shape.text),
    );
    const spots = placed.map((shape) => (shape as Shape & { kind: 'text' }).at);
    assert.equal(new Set(spots.map(String)).size, 10);
    for (const [x, y] of spots) assert.ok(x > 0 && x < scene.width && y > 0 && y < scene.height);
  }
});

test('glyphs that fall together in the wheel are moved apart, unknown points are shown by name', () => {
  const scene = westernWheel(wheel);
  const glyphs = scene.shapes.filter((shape) => shape.kind === 'glyph' && shape.size === 19);
  const spots = glyphs.map((shape) => (shape as Shape & { kind: 'glyph' }).center);
  spots.forEach(([x, y], index) => {
    const next = spots[index + 1];
    if (next) assert.ok(Math.hypot(next[0] - x, next[1] - y) > 20);
  });
  assert.equal(texts(scene).filter((text) => text === 'vertex').length, 2);
});

test('labels are escaped, and no two shapes carry a number that is not one', () => {
  for (const scene of [northIndianChart(indian), southIndianChart(indian), westernWheel(wheel)]) {
    const svg = svgOf({ ...scene, title: 'x<script>alert(1)</script>\u0000"' });
    assert.doesNotMatch(svg, /<script|NaN|undefined/);
    assert.ok(!svg.includes('\u0000'));
    assert.equal(svg.split('<svg').length, 2);
    const opened = svg.match(/<(svg|title|text)\b/g)?.length;
    assert.equal(svg.match(/<\/(svg|title|text)>/g)?.length, opened);
  }
  assert.match(svgOf(northIndianChart(indian)), /A &amp; B &lt;born&gt;/);
});

test('texts and numbers of things have a limit', () => {
  const bodies = Array.from({ length: 41 }, () => ({ label: 'x', sign: 0 }));
  assert.throws(() => northIndianChart({ ...indian, bodies }), /bodies/);
  assert.throws(() => southIndianChart({ ...indian, title: 'x'.repeat(121) }), /characters/);
  assert.throws(() => westernWheel({ ...wheel, cusps: [] }), /cusps/);
});

test('a PNG has the size of its scale and draws Indian letters, which differ from each other', async () => {
  const painter = await openPngPainter();
  const png = painter.paint(northIndianChart(indian), 1);
  const view = new DataView(png.buffer, png.byteOffset);
  assert.equal(view.getUint32(0), 0x89504e47);
  assert.deepEqual([view.getUint32(16), view.getUint32(20)], [600, 644]);
  const scripts = ['क', 'ক', 'ਕ', 'ક', 'କ', 'க', 'క', 'ಕ', 'ക', 'k', 'к', 'κ', 'ñ', '\u{10ffff}'];
  const drawn = scripts.map((label) => {
    const scene = southIndianChart({
      ...indian,
      title: '',
      lines: [],
      bodies: [{ label, sign: 0 }],
    });
    return Buffer.from(painter.paint(scene, 1)).toString('base64');
  });
  assert.equal(new Set(drawn).size, scripts.length);
  assert.throws(() => painter.paint(northIndianChart(indian), 5), /scale/);
});
