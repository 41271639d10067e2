import { z } from 'zod';
import { IDENTIFIER_MAX_CHARS } from '../formats.ts';
import { pagingHeaders } from '../headers.ts';
import {
  newsCreate,
  newsDelete,
  newsDeleted,
  newsList,
  newsPosted,
  newsQuery,
  newsToRead,
  type PostedNews,
} from '../news.ts';
import { aliasRoute, defineRoute } from '../route.ts';

const target = z.object({
  target: z
    .string()
    .min(1)
    .max(IDENTIFIER_MAX_CHARS)
    .describe('Id, name or e-mail of one account, or a DNA path: an account with all below it.')
    .meta({ examples: ['42'] }),
});

const posted: PostedNews = {
  id: 123,
  kind: 'account',
  target: '.1.42.',
  author_id: 1,
  title: 'Balance alert',
  content: 'Your balance is below 10 dollars, please recharge.',
  created_at: '2026-11-22T10:30:00.000Z',
  expires_at: '2026-12-24T10:30:00.000Z',
};
const item = {
  id: posted.id,
  title: posted.title,
  content: posted.content,
  created_at: posted.created_at,
  expires_at: posted.expires_at,
};
const example = { title: posted.title, content: posted.content };
const written = {
  200: {
    description: 'It is posted.',
    schema: newsPosted,
    example: { success: true, news: posted },
  },
};
const removed = {
  200: {
    description: 'How many were deleted.',
    schema: newsDeleted,
    example: { success: true, deleted: 1 },
  },
};

const listNews = defineRoute({
  id: 'news.list',
  method: 'GET',
  path: '/x-news',
  summary: 'List the news that you and accounts below you posted',
  tag: 'Accounts',
  auth: 'key',
  query: newsQuery,
  responses: {
    200: {
      description: 'One page.',
      schema: newsList,
      headers: pagingHeaders,
      example: { success: true, news: [posted], total: 1, page: 1, size: 24, has_more: false },
    },
  },
  errors: [],
});

const postSystemNews = defineRoute({
  id: 'news.postSystem',
  method: 'POST',
  path: '/x-news',
  summary: 'Post news to everybody below you',
  description: 'Owners only; root’s news reach everybody.',
  tag: 'Accounts',
  auth: 'key',
  body: { schema: newsCreate, example },
  requestHeaders: ['Idempotency-Key'],
  responses: written,
  errors: ['permission_denied', 'conflict'],
});

const deleteSystemNews = defineRoute({
  id: 'news.deleteSystem',
  method: 'DELETE',
  path: '/x-news',
  summary: 'Delete one piece of news, or all that you posted to everybody',
  description: 'With an `id` that one, whether you posted it or an account below you.',
  tag: 'Accounts',
  auth: 'key',
  body: { schema: newsDelete, isOptional: true, example: { id: 123 } },
  requestHeaders: ['Idempotency-Key'],
  responses: removed,
  errors: ['permission_denied', 'not_found'],
});

const postNews = defineRoute({
  id: 'news.post',
  method: 'POST',
  path: '/x-news/{target}',
  summary: 'Post news to an account or a group',
  description: 'To any account below you; to a whole subtree as its owner.',
  tag: 'Accounts',
  auth: 'key',
  params: target,
  body: { schema: newsCreate, example },
  requestHeaders: ['Idempotency-Key'],
  responses: written,
  errors: ['permission_denied', 'not_found', 'conflict'],
});

const deleteNews = defineRoute({
  id: 'news.delete',
  method: 'DELETE',
  path: '/x-news/{target}',
  summary: 'Delete all news to an account or a group',
  description: 'What you and accounts below you posted.',
  tag: 'Accounts',
  auth: 'key',
  params: target,
  requestHeaders: ['Idempotency-Key'],
  responses: removed,
  errors: ['permission_denied', 'not_found'],
});

const readNews = defineRoute({
  id: 'dashboard.news',
  method: 'GET',
  path: '/dashboard/news',
  summary: 'Read your news',
  tag: 'Dashboard',
  auth: 'key',
  responses: {
    200: {
      description: 'What has not expired, the newest first.',
      schema: newsToRead,
      example: { success: true, system_news: [], user_news: [item] },
    },
  },
  errors: [],
});

/** News between accounts. */
export const newsRoutes = {
  listNews,
  postSystemNews,
  deleteSystemNews,
  postNews,
  deleteNews,
  readNews,
  readNewsAlias: aliasRoute(readNews, {
    id: 'dashboard.newsAlias',
    path: '/dashboard/x-user-news',
  }),
};
