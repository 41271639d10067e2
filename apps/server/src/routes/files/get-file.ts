import { fileRoutes } from '@meridian/contract';
import type { ResultFileStore } from '@meridian/core/inference';
import { notFound } from '@meridian/core/kernel';
import { type ServedRoute, servePublic } from '../../edge/management/served-route.ts';

/** `GET /files/{name}`: a file that an answer referred to. */
export function getFile(files: Pick<ResultFileStore, 'find'>): ServedRoute {
  return servePublic(fileRoutes.getFile, async ({ params }) => {
    const file = await files.find(params.name);
    if (!file) throw notFound('File');
    return {
      status: 200,
      body: file.bytes,
      contentType: file.contentType,
      headers: {
        // Whoever has the address may look, but no cache on the way keeps it for others.
        'cache-control': 'private, max-age=600',
        'content-security-policy': "default-src 'none'; sandbox",
        'cross-origin-resource-policy': 'cross-origin',
        expires: new Date(file.expiresAt).toUTCString(),
      },
    };
  });
}
