import { Readable } from 'node:stream';
import { responsesRoutes } from '@meridian/contract';
import type { ResponsesService } from '@meridian/core/inference';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** What is done with responses that were kept. */
export function responseRoutes(responses: ResponsesService): readonly ServedRoute[] {
  return [
    serve(responsesRoutes.getResponse, async ({ caller, params, query }) => {
      const { accountId } = caller;
      if (query.stream !== true) {
        return { status: 200, body: await responses.read(accountId, params.id) };
      }
      const events = await responses.replay(accountId, params.id, query.starting_after);
      const body = typeof events === 'string' ? events : Readable.from(events);
      return { status: 200, body, contentType: 'text/event-stream; charset=utf-8' };
    }),
    serve(responsesRoutes.deleteResponse, async ({ caller, params }) => ({
      status: 200,
      body: await responses.remove(caller.accountId, params.id),
    })),
    serve(responsesRoutes.cancelResponse, async ({ caller, params }) => ({
      status: 200,
      body: await responses.cancel(caller.accountId, params.id),
    })),
    serve(responsesRoutes.listInputItems, async ({ caller, params, query }) => ({
      status: 200,
      body: await responses.listInputItems(caller.accountId, params.id, query),
    })),
  ];
}
