import type { AstrologyInput, AstrologyName } from '@meridian/contract';
import { Failure } from '../../kernel/index.ts';
import { divisional, yogas } from './chart-parts.ts';
import { dasha } from './dasha.ts';
import { doshas, muhurta, panchang } from './hindu-days.ts';
import { places, vastu } from './house-and-place.ts';
import { kp, kundali } from './kundali.ts';
import { createLocaliser } from './localise.ts';
import { createPainter } from './picture.ts';
import type { Astrology, AstrologyQuestion } from './service.ts';
import { createSky, type Sky } from './sky.ts';
import { horoscope, transits } from './sky-of-days.ts';
import { eclipses, progressions, returns } from './through-time.ts';
import { compatibility, composite, synastry } from './two-births.ts';

type Computations = {
  readonly [N in AstrologyName]: (
    question: AstrologyQuestion<N>,
    sky: Sky,
  ) => object | Promise<object>;
};

const COMPUTATIONS: Computations = {
  kundali: ({ input, nowMs }, sky) => kundali(input, nowMs, sky),
  dasha: ({ input, nowMs }, sky) => dasha(input, nowMs, sky),
  divisional: ({ input }, sky) => divisional(input, sky),
  yogas: ({ input }, sky) => yogas(input, sky),
  kp: ({ input }, sky) => kp(input, sky),
  compatibility: ({ input }, sky) => compatibility(input, sky),
  synastry: ({ input }, sky) => synastry(input, sky),
  composite: ({ input }, sky) => composite(input, sky),
  progressions: ({ input }, sky) => progressions(input, sky),
  returns: ({ input }, sky) => returns(input, sky),
  doshas: ({ input, nowMs }, sky) => doshas(input, nowMs, sky),
  panchang: ({ input }, sky) => panchang(input, sky),
  muhurta: ({ input }, sky) => muhurta(input, sky),
  transits: ({ input }, sky) => transits(input, sky),
  horoscope: ({ input, sign = '', nowMs }, sky) => horoscope(input, { sign, nowMs }, sky),
  eclipses: ({ input }, sky) => eclipses(input, sky),
  vastu: ({ input }) => vastu(input),
  places: ({ input }, sky) => places(input, sky),
};

/** The computations over one sky, of which no data is loaded before the first question. */
export function openComputations(): Astrology {
  const sky = createSky();
  const localise = createLocaliser();
  const paint = createPainter();
  return {
    async compute(name, question) {
      try {
        const { input } = question;
        if (isPicture(name, input)) {
          const chart = await kundali(input, question.nowMs, sky);
          return { kind: 'picture', ...(await paint(chart, input)) };
        }
        const figures = await COMPUTATIONS[name](question, sky);
        const language = 'language' in input ? input.language : undefined;
        return { kind: 'figures', figures: localise(figures, language) };
      } catch (error) {
        // What the library does not compute is outside of its range of years, or of a method.
        if (!(error instanceof RangeError)) throw error;
        throw new Failure('invalid_request', { message: error.message });
      }
    },
  };
}

function isPicture(name: AstrologyName, input: AstrologyInput): input is AstrologyInput<'kundali'> {
  return name === 'kundali' && 'format' in input && (input.format ?? 'json') !== 'json';
}
