import { z } from 'zod';
import { defineRoute } from '../route.ts';

const FILE_NAME = /^img-[A-Za-z0-9]{32}\.(?:png|jpg|webp|gif)$/;

const getFile = defineRoute({
  id: 'files.get',
  method: 'GET',
  path: '/files/{name}',
  summary: 'Read a file that an answer refers to',
  description:
    'Images that were asked for by address are kept for 60 minutes. The name cannot be guessed and is all that it takes.',
  tag: 'Service',
  auth: 'none',
  params: z.object({
    name: z
      .string()
      .regex(FILE_NAME)
      .meta({ examples: [`img-${'4kQ7'.repeat(8)}.png`] }),
  }),
  responses: {
    200: { description: 'The file.', schema: z.string(), contentType: 'image/png' },
  },
  errors: ['not_found'],
});

/** Files that answers refer to. */
export const fileRoutes = { getFile };
