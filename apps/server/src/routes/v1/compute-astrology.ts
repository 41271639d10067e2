import { type AstrologyName, astrologyRoutes } from '@meridian/contract';
import type { AstrologyAnswer, AstrologyQuestion } from '@meridian/core/platform';
import { type CallContext, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** Computes and charges an answer about the sky. */
export interface PaidAstrology {
  answer(
    name: AstrologyName,
    question: Omit<AstrologyQuestion, 'nowMs'>,
    by: CallContext & { readonly path: string },
  ): Promise<{
    readonly answer: AstrologyAnswer;
    readonly headers: Readonly<Record<string, string>>;
  }>;
}

/** Every `/v1/astrology` route, and the spellings of existing clients. */
export function computeAstrology(astrology: PaidAstrology): readonly ServedRoute[] {
  return astrologyRoutes.flatMap(({ name, byQuery, byBody }) =>
    [...byQuery, ...byBody].map((route) =>
      serve(route, async ({ params, query, body, ...context }) => {
        const question = {
          input: (body ?? query) as AstrologyQuestion['input'],
          ...((params as { sign?: string } | undefined) ?? {}),
        };
        const by = { ...context, path: route.path };
        const { answer, headers } = await astrology.answer(name, question, by);
        if (answer.kind === 'figures') return { status: 200, body: answer.figures, headers };
        const { contentType, body: picture } = answer;
        return { status: 200, body: picture, contentType, headers };
      }),
    ),
  );
}
