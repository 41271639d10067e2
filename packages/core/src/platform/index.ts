export { createNewsService, type NewsService, type NewsToRead } from './news/service.ts';
export type {
  Audience,
  News,
  NewsAuthor,
  NewsDraft,
  NewsKind,
  NewsSelection,
  NewsStore,
} from './news/store.ts';
