import type { Scene, Shape } from './scene.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Characters that XML 1.0 does not allow at all. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Fonts of the reader's machine that have the Indian scripts, the most likely first. */
const FONTS = "'Noto Sans','Nirmala UI','Kohinoor Devanagari',system-ui,sans-serif";

/** Writes a picture as an SVG document that stands alone. */
export function svgOf(scene: Scene): string {
  const { width, height } = scene;
  const title = escapeXml(scene.title);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="${FONTS}">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="${scene.background}"/>`,
    ...scene.shapes.map(elementOf),
    '</svg>',
  ].join('\n');
}

/** Text as it may stand in XML, in content and in attributes. */
function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

function elementOf(shape: Shape): string {
  switch (shape.kind) {
    case 'polygon': {
      const points = shape.points.map(([x, y]) => `${short(x)},${short(y)}`).join(' ');
      return `<polygon points="${points}"${paint(shape)}/>`;
    }
    case 'line': {
      const [[x1, y1], [x2, y2]] = [shape.from, shape.to];
      const dash = shape.dash === undefined ? '' : ` stroke-dasharray="${shape.dash}"`;
      return `<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}"${paint(shape)}${dash}/>`;
    }
    case 'circle': {
      const [x, y] = shape.center;
      return `<circle cx="${short(x)}" cy="${short(y)}" r="${short(shape.radius)}"${paint(shape)}/>`;
    }
    case 'glyph': {
      const [x, y] = shape.center;
      const scale = short(shape.size / 2);
      return `<path d="${shape.path}" transform="translate(${short(x)} ${short(y)}) scale(${scale})" fill="none" stroke="${shape.stroke}" stroke-width="${GLYPH_STROKE}" stroke-linecap="round" stroke-linejoin="round"/>`;
    }
    case 'text': {
      const [x, y] = shape.at;
      return `<text x="${short(x)}" y="${short(y)}" font-size="${short(shape.size)}" text-anchor="${shape.anchor}" dominant-baseline="central" fill="${shape.fill}">${escapeXml(shape.text)}</text>`;
    }
  }
}

/** Width of a glyph's strokes, in the units of its square. */
export const GLYPH_STROKE = 0.17;

interface Painted {
  readonly fill?: string;
  readonly stroke?: string;
  readonly width?: number;
}

function paint({ fill, stroke, width }: Painted): string {
  const line =
    stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${short(width ?? 1)}"`;
  return ` fill="${fill ?? 'none'}"${line}`;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
