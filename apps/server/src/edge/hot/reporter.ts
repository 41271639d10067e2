import type { Flight, Reporter, ResponseHeaders, Surface } from '@meridian/core/inference';
import { DROPPED_PARAMS_HEADER, inputTokens, outputTokens } from '@meridian/core/protocols';
import type { Candidate } from '@meridian/core/routing';
import type { Events } from '@meridian/core/telemetry';
import { failureResponse } from '../failure-response.ts';

const JSON_TYPE = ['content-type', 'application/json'] as const;
const STREAM_TYPE = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
  // Proxies in front (nginx) buffer streams unless they are told not to.
  'x-accel-buffering',
  'no',
] as const;

/** Names are anybody's texts; headers carry printable ASCII, so that others are escaped as in a URL. */
function headerText(name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? name : encodeURIComponent(name.toWellFormed());
}

function answerHeaders(
  flight: Flight,
  candidate: Candidate,
  shownCost: string | undefined,
): ResponseHeaders {
  const isWhole = shownCost !== undefined || !flight.call.isStream;
  const headers: string[] = [
    ...(isWhole ? JSON_TYPE : STREAM_TYPE),
    'x-meridian-model',
    headerText(candidate.model),
    'x-meridian-attempts',
    String(flight.attempts),
  ];
  if (flight.claim) headers.push(...flight.claim.headers);
  if (flight.dropped !== undefined) headers.push(DROPPED_PARAMS_HEADER, flight.dropped);
  if (shownCost !== undefined) headers.push('x-meridian-cost', shownCost);
  return headers;
}

/** Tells clients by headers and the operator by events what became of requests. */
export function createReporter(
  events: Events,
  { name: surface, errorBody }: Pick<Surface, 'name' | 'errorBody'>,
): Reporter {
  return {
    headers: answerHeaders,
    refusalHeaders: (flight, candidate) => [
      ...JSON_TYPE,
      'x-meridian-model',
      headerText(candidate.model),
      'x-meridian-attempts',
      String(flight.attempts),
      ...(flight.claim?.headers ?? []),
    ],
    failureResponse(failure, requestId, flight) {
      const { status, headers } = failureResponse(failure, requestId);
      const { 'x-request-id': _, ...others } = headers;
      const claimed = failure.detail.headers ? [] : (flight?.claim?.headers ?? []);
      return {
        status,
        headers: [...JSON_TYPE, ...Object.entries(others).flat(), ...claimed],
        body: Buffer.from(JSON.stringify(errorBody(failure, requestId))),
      };
    },
    charged(flight, record, isSuspicious) {
      events.charged({
        requestId: record.id,
        accountId: record.accountId,
        surface,
        model: record.modelUsed,
        isStream: record.streamed,
        outcome: record.outcome,
        source: record.source,
        attempts: flight.attempts,
        durationMs: record.durationMs,
        firstByteMs: record.firstByteMs,
        inputTokens: inputTokens(record.usage),
        outputTokens: outputTokens(record.usage),
        cost: record.cost,
        isSuspicious,
      });
    },
    refused({ arrival }, status) {
      const { requestId, caller } = arrival;
      const { accountId } = caller;
      events.uncharged({ requestId, accountId, surface, status, code: 'upstream_refused' });
    },
    abandoned({ arrival }) {
      const { requestId, caller } = arrival;
      const code = 'client_closed_request';
      events.uncharged({ requestId, accountId: caller.accountId, surface, status: 499, code });
    },
    failed({ requestId, caller }, { code, status, detail }) {
      const { accountId } = caller;
      events.uncharged({ requestId, accountId, surface, status, code, internal: detail.internal });
    },
    attemptFailed({ arrival }, { key }, { cause, retry }) {
      const { requestId } = arrival;
      events.attemptFailed({ requestId, host: key.host, cause, isRetried: retry });
    },
    unexpected: (error) => events.unexpected(error, surface),
  };
}
