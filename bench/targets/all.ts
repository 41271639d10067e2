import { bareNode } from './bare-node.ts';
import { direct } from './direct.ts';
import {
  meridian,
  meridianDepth4,
  meridianEmbedded,
  meridianRedis,
  meridianTranslated,
  meridianWorkers2,
} from './meridian.ts';
import { nginx } from './nginx.ts';
import type { Target } from './target.ts';

/** Every row that the table can have. */
export const allTargets: readonly Target[] = [
  direct,
  nginx,
  bareNode,
  meridian,
  meridianTranslated,
  meridianEmbedded,
  meridianDepth4,
  meridianRedis,
  meridianWorkers2,
];

/** The rows of a run that names none. */
export const usualTargets: readonly Target[] = [
  direct,
  nginx,
  bareNode,
  meridian,
  meridianTranslated,
];
