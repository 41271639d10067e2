import { type OpenApiDocument, openapi, routeTable } from '@meridian/contract';
import { type DocsPage, renderDocsPage } from './page.ts';

/** The reference in both forms; made when first asked for, then kept. */
export interface Reference {
  readonly document: () => OpenApiDocument;
  readonly page: () => Promise<DocsPage>;
}

/** The reference of every route in the contract. */
export function createReference(version: string): Reference {
  let document: OpenApiDocument | undefined;
  let page: Promise<DocsPage> | undefined;
  const read = (): OpenApiDocument => {
    document ??= openapi(routeTable, version);
    return document;
  };
  return {
    document: read,
    page: () => {
      page ??= renderDocsPage(read());
      return page;
    },
  };
}
