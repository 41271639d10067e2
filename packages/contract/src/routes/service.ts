import { z } from 'zod';
import { defineRoute } from '../route.ts';

/** `/healthz`: the process runs. */
export const health = z.object({ status: z.literal('ok'), version: z.string() });

/** `/readyz`: what the process needs in order to serve, part by part. */
export const readiness = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
  notices: z.array(z.string()).describe('Things an operator should know, such as missing fsync.'),
});

export type Health = z.infer<typeof health>;
export type Readiness = z.infer<typeof readiness>;

const getHealth = defineRoute({
  id: 'service.health',
  method: 'GET',
  path: '/healthz',
  summary: 'Tell whether the process is alive',
  tag: 'Service',
  auth: 'none',
  responses: { 200: { description: 'It is.', schema: health } },
  errors: [],
});

const getReadiness = defineRoute({
  id: 'service.readiness',
  method: 'GET',
  path: '/readyz',
  summary: 'Tell whether the process can serve',
  tag: 'Service',
  auth: 'none',
  responses: {
    200: { description: 'It can.', schema: readiness },
    503: { description: 'It cannot: the checks say why.', schema: readiness },
  },
  errors: [],
});

const getMetrics = defineRoute({
  id: 'service.metrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Read the metrics in Prometheus text form',
  description: 'Open unless a metrics token is configured; then it is the bearer token.',
  tag: 'Service',
  auth: 'metrics',
  responses: {
    200: {
      description: 'The metrics.',
      schema: z.string(),
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
    },
  },
  errors: [],
});

const getOpenapi = defineRoute({
  id: 'service.openapi',
  method: 'GET',
  path: '/openapi.json',
  summary: 'Read this reference as an OpenAPI 3.1 document',
  tag: 'Service',
  auth: 'none',
  responses: {
    200: { description: 'The document.', schema: z.looseObject({ openapi: z.string() }) },
  },
  errors: [],
});

const getDocs = defineRoute({
  id: 'service.docs',
  method: 'GET',
  path: '/docs',
  summary: 'Read this reference as a page',
  tag: 'Service',
  auth: 'none',
  responses: {
    200: {
      description: 'The page.',
      schema: z.string(),
      contentType: 'text/html; charset=utf-8',
    },
  },
  errors: [],
});

/** Health, metrics and the reference itself. */
export const serviceRoutes = { getHealth, getReadiness, getMetrics, getOpenapi, getDocs };
