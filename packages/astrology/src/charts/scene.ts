/** A thing that is drawn. Lengths are in points of the picture, y downward. */
export type Shape =
  | {
      readonly kind: 'polygon';
      readonly points: readonly (readonly [x: number, y: number])[];
      readonly fill?: string;
      readonly stroke?: string;
      readonly width?: number;
    }
  | {
      readonly kind: 'line';
      readonly from: readonly [x: number, y: number];
      readonly to: readonly [x: number, y: number];
      readonly stroke: string;
      readonly width: number;
      readonly dash?: number;
    }
  | {
      readonly kind: 'circle';
      readonly center: readonly [x: number, y: number];
      readonly radius: number;
      readonly fill?: string;
      readonly stroke?: string;
      readonly width?: number;
    }
  | {
      /** Strokes of a sign in a square from −1 to 1, drawn about a point at half the given size. */
      readonly kind: 'glyph';
      readonly path: string;
      readonly center: readonly [x: number, y: number];
      readonly size: number;
      readonly stroke: string;
    }
  | {
      readonly kind: 'text';
      readonly text: string;
      /** The middle of the line in height; in width what `anchor` says. */
      readonly at: readonly [x: number, y: number];
      readonly size: number;
      readonly anchor: 'start' | 'middle' | 'end';
      readonly fill: string;
    };

/** A picture before it is written in some format. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  /** What the picture shows, for those who do not see it. */
  readonly title: string;
  readonly shapes: readonly Shape[];
}

/** Colours of all charts. */
export const INK = {
  paper: '#fffdf8',
  line: '#6b4f3a',
  text: '#2b2420',
  quiet: '#8a7a6d',
  accent: '#b3261e',
} as const;
