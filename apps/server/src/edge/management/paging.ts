import { PAGE_SIZE_MAX } from '@meridian/contract';
import type { Answer } from './served-route.ts';

/** One page of a list, from 1. */
export interface PageRequest {
  readonly page: number;
  readonly size: number;
}

/** The page that a query asks for; without a size as much as a page can hold. */
export function readPage(query: { readonly page?: number; readonly size?: number }): PageRequest {
  return { page: query.page ?? 1, size: query.size ?? PAGE_SIZE_MAX };
}

/** A page with the headers that tell where it stands. */
export function pageAnswer(
  body: unknown,
  { page, size, total }: PageRequest & { readonly total: number },
): Answer {
  return {
    status: 200,
    body,
    headers: {
      'x-total-count': String(total),
      'x-page': String(page),
      'x-per-page': String(size),
      'x-total-pages': String(Math.ceil(total / size)),
    },
  };
}
