export {
  type Astrology,
  type AstrologyAnswer,
  type AstrologyQuestion,
  createAstrology,
} from './astrology/service.ts';
export {
  createMailService,
  type MailService,
  type OutgoingMail,
  type SendMail,
} from './mail/service.ts';
export { type MailSettings, readMailSettings } from './mail/settings.ts';
export { composeMail, type MailCause } from './mail/templates.ts';
export {
  type AccountEvent,
  type AccountFact,
  createMailWatch,
  MAIL_JOB,
  type MailFacts,
  type MailWatch,
  SUMMARY_JOB,
} from './mail/watch.ts';
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
