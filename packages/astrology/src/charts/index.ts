export {
  type IndianBody,
  type IndianChart,
  northIndianChart,
  southIndianChart,
} from './indian-charts.ts';
export { openPngPainter, type PngPainter } from './png.ts';
export type { Scene } from './scene.ts';
export { svgOf } from './svg.ts';
export {
  type WesternWheel,
  type WheelAspect,
  type WheelBody,
  westernWheel,
} from './western-wheel.ts';
