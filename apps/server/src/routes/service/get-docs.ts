import { serviceRoutes } from '@meridian/contract';
import type { DocsPage } from '../../edge/management/docs/page.ts';
import { type ServedRoute, servePublic } from '../../edge/management/served-route.ts';

/** `GET /docs`: the reference for people. */
export function getDocs(page: () => Promise<DocsPage>): ServedRoute {
  return servePublic(serviceRoutes.getDocs, async () => {
    const { html, contentSecurityPolicy } = await page();
    return {
      status: 200,
      body: html,
      headers: { 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-cache' },
    };
  });
}
