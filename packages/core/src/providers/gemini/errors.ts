import { GOOGLE_REPLIES } from '../google-replies.ts';
import { createJudge } from '../verdicts.ts';

/** The verdict on a failed attempt at the Gemini API. */
export const judge = createJudge({ known: GOOGLE_REPLIES });
