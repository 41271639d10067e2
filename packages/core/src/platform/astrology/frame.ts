import type { Birth } from './birth.ts';
import { ENGINE, momentOf } from './moment-answer.ts';
import type { Sky } from './sky.ts';
import { type CastChart, conventionsOf } from './vedic-chart.ts';
import { polarWarnings } from './western-chart.ts';

/** What every answer about a sidereal chart tells besides. */
export function framed(cast: CastChart, birth: Birth, sky: Sky) {
  const warnings = [...birth.warnings, ...polarWarnings(cast)];
  return {
    conventions: conventionsOf(cast, sky),
    moment: { ...momentOf(birth), warnings },
    engine: ENGINE,
  };
}
