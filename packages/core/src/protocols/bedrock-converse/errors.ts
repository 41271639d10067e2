import { type Fields, fieldsOf, parseJson, stringOf, textOf } from '../json/values.ts';
import type { UpstreamError } from '../neutral/answer.ts';
import type { EventFrame } from './event-frames.ts';

/** The HTTP statuses of the runtime's exceptions, by their name in lower case without `exception`. */
const STATUSES: ReadonlyMap<string, number> = new Map([
  ['accessdenied', 403],
  ['internalserver', 500],
  ['modelerror', 424],
  ['modelnotready', 429],
  ['modelstreamerror', 424],
  ['modeltimeout', 408],
  ['resourcenotfound', 404],
  ['servicequotaexceeded', 400],
  ['serviceunavailable', 503],
  ['throttling', 429],
  ['validation', 400],
]);

/** An error body of the runtime (`message`) or of AWS in front of it (`Message`, `__type`). */
export function readConverseError(body: Buffer): UpstreamError {
  const fields = parseFields(body);
  // `com.amazon.coral.service#ExpiredTokenException` and `ExpiredTokenException:http://…` are one.
  const type = textOf(fields.__type).replace(/^.*#|:.*$/g, '');
  const status = statusOf(type);
  return {
    message: messageOf(fields),
    ...(type === '' ? {} : { code: type }),
    ...(status === undefined ? {} : { status }),
  };
}

/** What a frame of the type `exception` or `error` says. */
export function readErrorFrame({ headers, payload }: EventFrame): UpstreamError {
  const fields = parseFields(payload);
  const code = headers.get(':exception-type') ?? headers.get(':error-code') ?? '';
  const message = messageOf(fields) || (headers.get(':error-message') ?? '');
  const { originalStatusCode } = fields;
  const status = typeof originalStatusCode === 'number' ? originalStatusCode : statusOf(code);
  return {
    message,
    ...(code === '' ? {} : { code }),
    ...(status === undefined ? {} : { status }),
  };
}

function statusOf(code: string): number | undefined {
  return STATUSES.get(code.toLowerCase().replace(/exception$/, ''));
}

function messageOf(fields: Fields): string {
  const { originalMessage, message, Message } = fields;
  return stringOf(originalMessage) ?? stringOf(message) ?? textOf(Message);
}

function parseFields(body: Buffer): Fields {
  return fieldsOf(parseJson(body.toString('utf8')));
}
