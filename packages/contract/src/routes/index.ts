import type { Route } from '../route.ts';
import { accountRoutes } from './accounts.ts';
import { astrologyRoutes } from './astrology.ts';
import { audioRoutes } from './audio.ts';
import { chatRoutes } from './chat.ts';
import { completionsRoutes } from './completions.ts';
import { dashboardRoutes } from './dashboard.ts';
import { embeddingsRoutes } from './embeddings.ts';
import { fileRoutes } from './files.ts';
import { geminiRoutes } from './gemini.ts';
import { geminiEmbeddingRoutes } from './gemini-embeddings.ts';
import { imageRoutes } from './images.ts';
import { keyRoutes } from './keys.ts';
import { legacyBillingRoutes } from './legacy-billing.ts';
import { mailRoutes } from './mail.ts';
import { marginRoutes } from './margin.ts';
import { messagesRoutes } from './messages.ts';
import { modelRoutes } from './models.ts';
import { moderationsRoutes } from './moderations.ts';
import { newsRoutes } from './news.ts';
import { operationLogRoutes } from './operation-log.ts';
import { ownerConfigRoutes } from './owner-config.ts';
import { providerKeyRoutes } from './provider-keys.ts';
import { rerankRoutes } from './rerank.ts';
import { responsesRoutes } from './responses.ts';
import { routingRoutes } from './routing.ts';
import { serviceRoutes } from './service.ts';
import { usageRoutes } from './usage.ts';

/** Every route, in the order of the reference. */
export const routeTable: readonly Route[] = [
  ...Object.values(chatRoutes),
  ...Object.values(responsesRoutes),
  ...Object.values(messagesRoutes),
  ...Object.values(geminiRoutes),
  ...Object.values(completionsRoutes),
  ...Object.values(embeddingsRoutes),
  ...Object.values(geminiEmbeddingRoutes),
  ...Object.values(rerankRoutes),
  ...Object.values(moderationsRoutes),
  ...Object.values(imageRoutes),
  ...Object.values(audioRoutes),
  ...astrologyRoutes.flatMap(({ byQuery, byBody }) => [...byQuery, ...byBody]),
  ...Object.values(modelRoutes),
  ...Object.values(accountRoutes),
  ...Object.values(keyRoutes),
  ...Object.values(providerKeyRoutes),
  ...Object.values(routingRoutes),
  ...Object.values(ownerConfigRoutes),
  ...Object.values(mailRoutes),
  ...Object.values(dashboardRoutes),
  ...Object.values(legacyBillingRoutes),
  ...Object.values(operationLogRoutes),
  ...Object.values(newsRoutes),
  ...Object.values(usageRoutes),
  ...Object.values(marginRoutes),
  ...Object.values(fileRoutes),
  ...Object.values(serviceRoutes),
];

export { accountRoutes } from './accounts.ts';
export { type AstrologyRoutes, astrologyRoutes } from './astrology.ts';
export { chatRoutes } from './chat.ts';
export { dashboardRoutes } from './dashboard.ts';
export { fileRoutes } from './files.ts';
export { keyRoutes } from './keys.ts';
export { legacyBillingRoutes } from './legacy-billing.ts';
export { mailRoutes } from './mail.ts';
export { marginRoutes } from './margin.ts';
export { modelRoutes } from './models.ts';
export { newsRoutes } from './news.ts';
export { operationLogRoutes } from './operation-log.ts';
export { ownerConfigRoutes } from './owner-config.ts';
export { providerKeyRoutes } from './provider-keys.ts';
export { responsesRoutes } from './responses.ts';
export { routingRoutes } from './routing.ts';
export { type Health, type Readiness, serviceRoutes } from './service.ts';
export { usageRoutes } from './usage.ts';
