import { readFile } from 'node:fs/promises';
import type { Canvas, CanvasKit, Paint, TypefaceFontProvider } from 'canvaskit-wasm';
import { encodePng } from './encode-png.ts';
import type { Scene, Shape } from './scene.ts';
import { GLYPH_STROKE } from './svg.ts';

/** The fonts in packages/astrology/fonts, by the script that each one has. */
const FONTS = [
  ...['latin', 'latin-ext', 'cyrillic', 'greek', 'vietnamese', 'devanagari', 'bengali'],
  ...['gurmukhi', 'gujarati', 'oriya', 'tamil', 'telugu', 'kannada', 'malayalam'],
] as const;

/** Paints scenes as PNG. */
export interface PngPainter {
  /** `scale` is pixels per point of the picture: 1 to 4. */
  paint(scene: Scene, scale?: number): Uint8Array;
}

const SCALE_MAX = 4;
const PIXELS_MAX = 20_000_000;

/**
 * Opens Skia as WebAssembly (7 MB) and the fonts (0.4 MB); takes about half a second. Call it once, when a picture is
 * first asked for.
 */
export async function openPngPainter(): Promise<PngPainter> {
  const module: { readonly default: unknown } = await import('canvaskit-wasm');
  // Its types describe an ES module; what Node gives is the function itself.
  const kit = await (module.default as () => Promise<CanvasKit>)();
  const provider = kit.TypefaceFontProvider.Make();
  for (const name of FONTS) {
    const file = new URL(`../../fonts/noto-sans-${name}.woff2`, import.meta.url);
    provider.registerFont(new Uint8Array(await readFile(file)), name);
  }
  return { paint: (scene, scale = 2) => paintScene({ kit, provider }, scene, scale) };
}

interface Tools {
  readonly kit: CanvasKit;
  readonly provider: TypefaceFontProvider;
}

function paintScene(tools: Tools, scene: Scene, scale: number): Uint8Array {
  const [width, height] = [Math.round(scene.width * scale), Math.round(scene.height * scale)];
  if (!(scale >= 1 && scale <= SCALE_MAX) || width * height > PIXELS_MAX) {
    throw new RangeError(`scale must be from 1 to ${SCALE_MAX}`);
  }
  const surface = tools.kit.MakeSurface(width, height);
  if (!surface) throw new Error('no memory for the picture');
  try {
    const canvas = surface.getCanvas();
    canvas.scale(scale, scale);
    canvas.clear(tools.kit.parseColorString(scene.background));
    for (const shape of scene.shapes) draw(tools, canvas, shape);
    surface.flush();
    const rgba = canvas.readPixels(0, 0, {
      ...{ width, height, colorSpace: tools.kit.ColorSpace.SRGB },
      ...{ colorType: tools.kit.ColorType.RGBA_8888, alphaType: tools.kit.AlphaType.Unpremul },
    });
    if (!(rgba instanceof Uint8Array)) throw new Error('the picture could not be read');
    return encodePng({ width, height, rgba });
  } finally {
    // Deleting alone would leave the pixels.
    surface.dispose();
  }
}

function draw(tools: Tools, canvas: Canvas, shape: Shape): void {
  if (shape.kind === 'text') {
    drawText(tools, canvas, shape);
    return;
  }
  const paint = new tools.kit.Paint();
  paint.setAntiAlias(true);
  try {
    drawShape(tools.kit, { canvas, paint }, shape);
  } finally {
    paint.delete();
  }
}

type Drawn = Exclude<Shape, { kind: 'text' }>;
interface Pen {
  readonly canvas: Canvas;
  readonly paint: Paint;
}

function drawShape(kit: CanvasKit, { canvas, paint }: Pen, shape: Drawn): void {
  switch (shape.kind) {
    case 'line': {
      strokeWith(kit, paint, shape);
      const dash =
        shape.dash === undefined ? null : kit.PathEffect.MakeDash([shape.dash, shape.dash]);
      paint.setPathEffect(dash);
      canvas.drawLine(...shape.from, ...shape.to, paint);
      dash?.delete();
      return;
    }
    case 'circle':
      fillAndStroke(kit, paint, shape, () =>
        canvas.drawCircle(...shape.center, shape.radius, paint),
      );
      return;
    case 'polygon': {
      const [first, ...rest] = shape.points.map(([x, y]) => `${x} ${y}`);
      drawPath(kit, `M${first}L${rest.join('L')}Z`, (path) =>
        fillAndStroke(kit, paint, shape, () => canvas.drawPath(path, paint)),
      );
      return;
    }
    case 'glyph':
      strokeWith(kit, paint, { stroke: shape.stroke, width: GLYPH_STROKE });
      paint.setStrokeCap(kit.StrokeCap.Round);
      paint.setStrokeJoin(kit.StrokeJoin.Round);
      canvas.save();
      canvas.translate(...shape.center);
      canvas.scale(shape.size / 2, shape.size / 2);
      drawPath(kit, shape.path, (path) => canvas.drawPath(path, paint));
      canvas.restore();
  }
}

type Path = Parameters<Canvas['drawPath']>[0];

function drawPath(kit: CanvasKit, text: string, use: (path: Path) => void): void {
  const path = kit.Path.MakeFromSVGString(text);
  if (!path) throw new Error(`not a path: ${text}`);
  use(path);
  path.delete();
}

interface Line {
  readonly stroke?: string;
  readonly width?: number;
}

function strokeWith(kit: CanvasKit, paint: Paint, { stroke = '#000', width = 1 }: Line): void {
  paint.setStyle(kit.PaintStyle.Stroke);
  paint.setColor(kit.parseColorString(stroke));
  paint.setStrokeWidth(width);
}

function fillAndStroke(
  kit: CanvasKit,
  paint: Paint,
  shape: Line & { readonly fill?: string },
  drawIt: () => void,
): void {
  if (shape.fill !== undefined) {
    paint.setStyle(kit.PaintStyle.Fill);
    paint.setColor(kit.parseColorString(shape.fill));
    drawIt();
  }
  if (shape.stroke !== undefined) {
    strokeWith(kit, paint, shape);
    drawIt();
  }
}

const WIDE = 2000;

function drawText({ kit, provider }: Tools, canvas: Canvas, shape: Shape & { kind: 'text' }): void {
  const align = {
    start: kit.TextAlign.Left,
    middle: kit.TextAlign.Center,
    end: kit.TextAlign.Right,
  };
  const style = new kit.ParagraphStyle({
    textStyle: {
      ...{ color: kit.parseColorString(shape.fill), fontSize: shape.size },
      fontFamilies: [...FONTS],
    },
    ...{ textAlign: align[shape.anchor], maxLines: 1 },
  });
  const builder = kit.ParagraphBuilder.MakeFromFontProvider(style, provider);
  builder.addText(shape.text);
  const paragraph = builder.build();
  paragraph.layout(WIDE);
  const [x, y] = shape.at;
  const left = { start: x, middle: x - WIDE / 2, end: x - WIDE }[shape.anchor];
  canvas.drawParagraph(paragraph, left, y - paragraph.getHeight() / 2);
  paragraph.delete();
  builder.delete();
}
