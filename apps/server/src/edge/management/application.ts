import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { MANAGEMENT_BODY_MAX_BYTES, type Route, routeTable } from '@meridian/contract';
import { Failure } from '@meridian/core/kernel';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { crossOriginHeaders, isCrossOriginPath, preflightHeaders } from '../cors.ts';
import { failureResponse } from '../failure-response.ts';
import { readOn } from '../read-on.ts';
import { vendorError } from '../vendor-errors.ts';
import { type Access, admit } from './admission.ts';
import { type AllowedMethods, createAllowedMethods } from './allowed-methods.ts';
import type { Unbound } from './bind.ts';
import { translateFrameworkError } from './framework-errors.ts';
import {
  type IdempotencyStore,
  idempotencyKey,
  writeFingerprint,
  writeOnce,
} from './idempotency.ts';
import { parseJsonBody } from './json-body.ts';
import type { Answer, CallContext, ServedRoute } from './served-route.ts';

/** Longest path parameter, in characters; a model id may be that long, escaped. */
const PATH_PARAM_MAX_CHARS = 1024;

/** What was answered to one request; for logs and metrics. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  /** The id of the route; undefined where no route matched. */
  readonly routeId: string | undefined;
  readonly status: number;
  readonly accountId: number | undefined;
  /** Present when the request failed. */
  readonly failure: Failure | undefined;
  readonly durationMs: number;
}

/** What the management application is made of. */
export interface ManagementDeps {
  readonly routes: readonly ServedRoute[];
  readonly access: Access;
  readonly idempotency: IdempotencyStore;
  readonly newRequestId: (request: IncomingMessage) => string;
  /** Called once per answer. */
  readonly report: (answered: AnsweredRequest) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    visitor: Omit<CallContext, 'writeKey'> | undefined;
    failure: Failure | undefined;
  }
  interface FastifyContextConfig {
    routeId?: string;
  }
}

/** Builds the HTTP application of every route but the hot ones, which are served beside it. */
export function createManagementApp(deps: ManagementDeps): FastifyInstance {
  const app = fastify({
    bodyLimit: MANAGEMENT_BODY_MAX_BYTES,
    genReqId: deps.newRequestId,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: PATH_PARAM_MAX_CHARS },
    // No hook runs for a URL that cannot be decoded, so that it is reported here.
    frameworkErrors: (error, request, reply) => {
      answerFailure(error, request, reply);
      deps.report(answered(request, reply));
    },
  });
  app.decorateRequest('visitor', undefined);
  app.decorateRequest('failure', undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => parseJsonBody(body),
  );
  app.addHook('onRequest', createReception(createAllowedMethods(routeTable)));
  app.addHook('onSend', createLimitTeller(deps.access));
  app.addHook('onResponse', async (request, reply) => deps.report(answered(request, reply)));
  app.setErrorHandler(answerFailure);
  for (const served of deps.routes) register(app, served, deps);
  return app;
}

/** First contact: request id, CORS, unknown paths and encodings, before anything is read. */
function createReception(allowedMethods: AllowedMethods) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    const path = request.url.split('?', 1)[0] ?? '';
    const isCrossOrigin = isCrossOriginPath(path);
    reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
    if (isCrossOrigin) reply.headers(crossOriginHeaders(request.headers.origin, '*'));
    const methods = allowedMethods(path);
    if (request.method === 'OPTIONS' && (isCrossOrigin || methods !== undefined)) {
      return answerPreflight(request, reply, methods);
    }
    if (request.is404) throw unknownRoute(request.method, methods);
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      throw new Failure('unsupported_media_type', { message: 'Send the body uncompressed.' });
    }
    // Clients of the gateway API send JSON under any content type, or none.
    request.raw.headers['content-type'] = 'application/json';
    return undefined;
  };
}

const LIMITED_PATHS = '/v1/';
const LIMIT_HEADERS = ['x-ratelimit-limit-requests', 'x-ratelimit-limit-tokens'];

/** Every answer of `/v1` to somebody known tells how the rate limits stand; some routes do so themselves. */
function createLimitTeller({ limitHeaders }: Access) {
  return async ({ url, visitor }: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!(visitor && limitHeaders && url.startsWith(LIMITED_PATHS))) return;
    if (LIMIT_HEADERS.some((name) => reply.hasHeader(name))) return;
    reply.headers(await limitHeaders(visitor.caller).catch(() => ({})));
  };
}

function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  methods: string | undefined,
): FastifyReply {
  const asked = request.headers['access-control-request-headers'];
  const allowed = methods ?? 'DELETE, GET, HEAD, OPTIONS, POST, PUT';
  return reply
    .code(204)
    .headers({ allow: allowed, ...preflightHeaders(allowed, asked) })
    .send();
}

/** The router also finds nothing where a parameter is too long: then there is nothing either. */
function unknownRoute(method: string, methods: string | undefined): Failure {
  if (methods === undefined || methods.split(', ').includes(method)) {
    return new Failure('not_found', { message: 'There is nothing at this path.' });
  }
  return new Failure('method_not_allowed', {
    message: `This path does not know ${method}; it knows ${methods}.`,
    headers: { allow: methods },
  });
}

function register(app: FastifyInstance, served: ServedRoute, deps: ManagementDeps): void {
  const { route } = served;
  app.route({
    method: route.method,
    url: routerPath(route),
    config: { routeId: route.id },
    onRequest: (request, reply) => receive(route, deps.access, { request, reply }),
    handler: async (request, reply) => {
      const answer = await perform(served, deps.idempotency, request);
      return sendAnswer(route, answer, reply);
    },
  });
}

/** `/v1/models/{id}` in the router's own notation. */
function routerPath(route: Route): string {
  const path = route.hasRestParam ? route.path.replace(/\{\w+\}$/, '*') : route.path;
  return path.replace(/\{(\w+)\}/g, ':$1');
}

async function receive(
  route: Route,
  access: Access,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<void> {
  const { headers, url } = request;
  const address = access.addressOf(request.raw);
  const caller = await admit(access, { route, headers, url, address });
  if (caller === undefined) return;
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  request.visitor = { caller, address, header, requestId: request.id };
  if (!isCrossOriginPath(url)) return;
  reply.removeHeader('access-control-allow-origin');
  reply.headers(crossOriginHeaders(headers.origin, access.allowedOrigins(caller)));
}

async function perform(
  served: ServedRoute,
  idempotency: IdempotencyStore,
  request: FastifyRequest,
): Promise<Answer> {
  const { visitor } = request;
  const unbound = {
    params: paramsOf(served.route, request.params as Record<string, string>),
    query: request.query,
    body: request.body,
  };
  if (served.kind === 'public' || visitor === undefined) return performPublic(served, unbound);
  const call = served.prepare(unbound);
  const isWrite = served.route.method !== 'GET';
  const key = isWrite ? idempotencyKey(request.headers['idempotency-key']) : undefined;
  if (key === undefined) return call(visitor);
  const { accountId } = visitor.caller;
  const fingerprint = writeFingerprint(request.method, request.url, request.body);
  return writeOnce(idempotency, { accountId, key, fingerprint }, () =>
    call({ ...visitor, writeKey: `${accountId}:${key}` }),
  );
}

async function performPublic(served: ServedRoute, request: Unbound): Promise<Answer> {
  if (served.kind === 'public') return served.answer(request);
  throw new Error(`${served.route.id} needs a caller, but its route admits everybody`);
}

function paramsOf(route: Route, params: Record<string, string>): unknown {
  if (!route.hasRestParam) return params;
  const { '*': rest, ...others } = params;
  const name = route.path.match(/\{(\w+)\}$/)?.[1] ?? '*';
  return { ...others, [name]: rest };
}

function sendAnswer(route: Route, answer: Answer, reply: FastifyReply): FastifyReply {
  const declared = route.responses[answer.status]?.contentType;
  const contentType = answer.contentType ?? declared ?? 'application/json; charset=utf-8';
  reply.code(answer.status).headers(answer.headers ?? {});
  if (answer.body === undefined) return reply.send();
  const { body } = answer;
  const isAsItIs = typeof body === 'string' || Buffer.isBuffer(body) || body instanceof Readable;
  return reply.type(contentType).send(isAsItIs ? body : JSON.stringify(body));
}

function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const failure = translateFrameworkError(error);
  request.failure = failure;
  const { status, headers } = failureResponse(failure, request.id);
  const header = (name: string) => request.headers[name];
  const vendor = vendorError(failure, { url: request.url, header, requestId: request.id });
  // The framework closes the connection of a body that it did not take, before the client reads why.
  reply
    .removeHeader('connection')
    .code(status)
    .headers({ ...headers, ...vendor.headers })
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(vendor.body));
  readOn(request.raw);
}

function answered(request: FastifyRequest, reply: FastifyReply): AnsweredRequest {
  return {
    requestId: request.id,
    method: request.method,
    routeId: request.routeOptions?.config?.routeId,
    status: reply.statusCode,
    accountId: request.visitor?.caller.accountId,
    failure: request.failure,
    durationMs: reply.elapsedTime,
  };
}
