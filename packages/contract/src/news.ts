import { z } from 'zod';
import { dna, recordId, textualInteger, timestamp } from './formats.ts';

const TITLE_MAX_CHARS = 100;
const CONTENT_MAX_CHARS = 1_000;
const NEWS_DAYS_MAX = 365;
const NEWS_PAGE_MAX = 100;

/** The body of `POST /x-news`. */
export const newsCreate = z.strictObject({
  title: z.string().trim().min(1).max(TITLE_MAX_CHARS),
  content: z.string().trim().min(1).max(CONTENT_MAX_CHARS),
  days: z
    .number()
    .gt(0)
    .max(NEWS_DAYS_MAX)
    .optional()
    .describe('How long it is shown. Default 7 for everybody, 32 for a target.'),
});

/** The body of `DELETE /x-news`; without an id it means all of the caller’s own to everybody. */
export const newsDelete = z.strictObject({ id: recordId.optional() });

/** The query of `GET /x-news`. */
export const newsQuery = z.object({
  page: textualInteger(1).exactOptional().describe('From 1, the default.'),
  size: textualInteger(1, NEWS_PAGE_MAX).exactOptional().describe('Default 24.'),
});

const newsItem = z.object({
  id: recordId,
  title: z.string(),
  content: z.string(),
  created_at: timestamp,
  expires_at: timestamp,
});

const postedNews = newsItem.extend({
  kind: z
    .enum(['system', 'dna', 'account'])
    .describe('To everybody, to a subtree, to one account.'),
  target: dna.describe('The path of the account that it is for, or that its subtree begins with.'),
  author_id: recordId,
});

/** The answer to `POST /x-news`. */
export const newsPosted = z.object({ success: z.literal(true), news: postedNews });

/** The answer to `GET /x-news`. */
export const newsList = z.object({
  success: z.literal(true),
  news: z.array(postedNews).describe('Newest first; what has expired too, for 90 days.'),
  total: z.int(),
  page: z.int(),
  size: z.int(),
  has_more: z.boolean(),
});

/** The answer to `DELETE /x-news`. */
export const newsDeleted = z.object({ success: z.literal(true), deleted: z.int() });

/** The answer to `GET /dashboard/news`. */
export const newsToRead = z.object({
  success: z.literal(true),
  system_news: z.array(newsItem).describe('The newest eight for everybody.'),
  user_news: z.array(newsItem).describe('The newest eight for this account or a group it is in.'),
});

export type NewsCreate = z.infer<typeof newsCreate>;
export type NewsItem = z.infer<typeof newsItem>;
export type PostedNews = z.infer<typeof postedNews>;
