import { z } from 'zod';

/** The one error shape. */
export const errorBody = z.object({
  error: z.object({
    message: z.string().describe('For people.'),
    type: z.string().describe('The family of the error.'),
    code: z.string().describe('For programs: a code of the error list.'),
    param: z.string().nullable().describe('The field at fault, as it was sent.'),
    status: z.int().describe('The HTTP status.'),
  }),
});
