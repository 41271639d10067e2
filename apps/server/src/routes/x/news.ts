import { type NewsItem, newsRoutes, type PostedNews } from '@meridian/contract';
import type { News, NewsService } from '@meridian/core/platform';
import { pageAnswer } from '../../edge/management/paging.ts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';

const PAGE_SIZE = 24;

function toItem({ id, title, content, createdAt, expiresAt }: News): NewsItem {
  const times = [createdAt, expiresAt].map((at) => new Date(at).toISOString());
  return { id, title, content, created_at: times[0] ?? '', expires_at: times[1] ?? '' };
}

function toPosted(news: News): PostedNews {
  const { kind, audienceDna: target, authorId } = news;
  return { ...toItem(news), kind, target, author_id: authorId };
}

/** `/x-news` and `/x-news/{target}`. */
export function manageNews(news: Omit<NewsService, 'read'>): readonly ServedRoute[] {
  const posted = (each: News) => ({ status: 200, body: { success: true, news: toPosted(each) } });
  const deleted = (count: number) => ({ status: 200, body: { success: true, deleted: count } });
  return [
    serve(newsRoutes.listNews, async (call) => {
      const { page = 1, size = PAGE_SIZE } = call.query;
      const { entries, total } = await news.list(actorOf(call), { page, size });
      const shown = { news: entries.map(toPosted), total, page, size };
      const body = { success: true, ...shown, has_more: page * size < total };
      return pageAnswer(body, { page, size, total });
    }),
    serve(newsRoutes.postSystemNews, async (call) =>
      posted(await news.post(actorOf(call), undefined, call.body)),
    ),
    serve(newsRoutes.postNews, async (call) =>
      posted(await news.post(actorOf(call), call.params.target, call.body)),
    ),
    serve(newsRoutes.deleteSystemNews, async (call) => {
      const { id } = call.body;
      if (id !== undefined) return deleted(await news.removeOne(actorOf(call), id));
      return deleted(await news.removeAll(actorOf(call), undefined));
    }),
    serve(newsRoutes.deleteNews, async (call) =>
      deleted(await news.removeAll(actorOf(call), call.params.target)),
    ),
  ];
}

/** `GET /dashboard/news`, and its older name. */
export function readNews(news: Pick<NewsService, 'read'>): readonly ServedRoute[] {
  return [newsRoutes.readNews, newsRoutes.readNewsAlias].map((route) =>
    serve(route, async (call) => {
      const { system, user } = await news.read(actorOf(call));
      const body = { system_news: system.map(toItem), user_news: user.map(toItem) };
      return { status: 200, body: { success: true, ...body } };
    }),
  );
}
