import type { IncomingMessage, ServerResponse } from 'node:http';
import { permit } from '@meridian/core/admission';
import type { Caller } from '@meridian/core/inference';
import { Failure } from '@meridian/core/kernel';
import type { CallPath } from '@meridian/core/protocols';
import type { HeaderLookup } from '@meridian/core/providers';
import type { DefaultModelKind } from '@meridian/core/routing';
import type { DefaultModels } from '../../services/default-models.ts';
import { type AllowedOrigins, crossOriginHeaders } from '../cors.ts';
import { presentedKey } from '../credentials.ts';
import { failureResponse, toFailure } from '../failure-response.ts';
import { readOn } from '../read-on.ts';
import { ArrayResponder } from './array-responder.ts';
import { collectBody } from './collect-body.ts';
import type { FormIntake, ReceivedBody } from './forms/form-intake.ts';
import type { FormKind } from './forms/form-limits.ts';
import { HttpResponder } from './http-responder.ts';
import type { InferenceTarget } from './inference-target.ts';

/** A caller as its browser meets us. */
export interface Visitor extends Caller {
  /** The origins whose pages may read answers. */
  readonly allowedOrigins: AllowedOrigins;
}

/** What the inference endpoints need. */
export interface InferenceDeps {
  /** The caller behind a key: at once from memory, else from the store. Throws `invalid_api_key`. */
  authenticate(key: string): Visitor | Promise<Visitor>;
  /** The client's address behind trusted proxies. */
  addressOf(request: IncomingMessage): string;
  readonly newRequestId: () => string;
  readonly now: () => number;
  /** Called for a request that failed before the pipeline saw it. */
  onRejected(surface: string, failure: unknown): void;
  readonly forms: FormIntake;
  /** The model for a caller's request that names none. */
  readonly defaultModel: DefaultModels;
  readonly limits: { readonly runningMax: number };
}

/** Serves requests of the inference endpoints and knows how many are running. */
export interface InferenceServer {
  readonly running: number;
  serve(target: InferenceTarget, request: IncomingMessage, response: ServerResponse): void;
}

/** The way of a request into the pipeline: caller, body, then `run`. */
export function createInferenceServer(deps: InferenceDeps): InferenceServer {
  let running = 0;

  async function handle(
    target: InferenceTarget,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const requestId = deps.newRequestId();
    let received: ReceivedBody | undefined;
    // Whoever is not known yet may read why it was refused.
    let origins: AllowedOrigins = '*';
    try {
      // The key comes before the body: who may not come in is not read.
      const known = admit(request);
      const caller = known instanceof Promise ? await known : known;
      origins = caller.allowedOrigins;
      const address = deps.addressOf(request);
      const { endpoint } = target;
      if (target.form)
        received = await receive(target.form, request, { caller, address, endpoint });
      const body = received ? received.body : await collectBody(request);
      const http = new HttpResponder(
        response,
        baseHeaders(request, { requestId, target, origins }),
      );
      const responder = target.isArrayStream ? new ArrayResponder(http) : http;
      const path = target.defaultModel ? pathOf(target.defaultModel, caller) : target.path;
      const headers = headersOf(request);
      const receivedAt = deps.now();
      const base = { requestId, caller, body, endpoint, address, headers, receivedAt };
      const arrival = path ? { ...base, path } : base;
      await target.serve(received?.form ? { ...arrival, form: received.form } : arrival, responder);
    } catch (error) {
      deps.onRejected(target.surface.name, error);
      reject(request, response, { error, requestId, target, origins });
    } finally {
      running--;
      if (received) await received.close();
    }
  }

  /** What has to be let in before it may make us fetch something is asked for here, and once more later. */
  function receive(
    kind: FormKind,
    request: IncomingMessage,
    { caller, address, endpoint }: { caller: Caller; address: string; endpoint: string },
  ): Promise<ReceivedBody> {
    return deps.forms.receive(request, kind, () => {
      const failure = permit(caller.permits, { address, endpoint });
      if (failure) throw failure;
    });
  }

  function pathOf(kind: DefaultModelKind, caller: Caller): CallPath {
    return { defaultModel: () => deps.defaultModel(kind, caller) };
  }

  function admit(request: IncomingMessage): Visitor | Promise<Visitor> {
    if (running > deps.limits.runningMax) throw overloaded();
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      throw new Failure('unsupported_media_type', { message: 'Send the body uncompressed.' });
    }
    return deps.authenticate(presentedKey(request.headers, request.url ?? ''));
  }

  return {
    get running() {
      return running;
    },
    serve(target, request, response) {
      running++;
      void handle(target, request, response);
    },
  };
}

function overloaded(): Failure {
  return new Failure('service_unavailable', {
    message: 'Too many requests are running on this server. Retry shortly.',
    retryAfterSeconds: 1,
  });
}

function headersOf({ headers }: IncomingMessage): HeaderLookup {
  return (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
}

interface Answered {
  readonly requestId: string;
  readonly target: InferenceTarget;
  readonly origins: AllowedOrigins;
}

function baseHeaders(
  request: IncomingMessage,
  { requestId, target, origins }: Answered,
): readonly string[] {
  const { origin } = request.headers;
  const { requestIdHeader } = target;
  const headers = ['x-request-id', requestId];
  if (requestIdHeader !== undefined) headers.push(requestIdHeader, requestId);
  if (origin === undefined) return headers;
  return headers.concat(Object.entries(crossOriginHeaders(origin, origins)).flat());
}

function reject(
  request: IncomingMessage,
  response: ServerResponse,
  refused: Answered & { readonly error: unknown },
): void {
  if (response.destroyed || response.headersSent) return;
  const { requestId, target } = refused;
  const failure = toFailure(refused.error);
  const { status, headers } = failureResponse(failure, requestId);
  const bytes = Buffer.from(JSON.stringify(target.surface.errorBody(failure, requestId)));
  response.writeHead(status, [
    ...baseHeaders(request, refused),
    ...Object.entries(headers)
      .filter(([name]) => name !== 'x-request-id')
      .flat(),
    'content-type',
    'application/json',
    'content-length',
    String(bytes.length),
  ]);
  response.end(bytes);
  readOn(request);
}
