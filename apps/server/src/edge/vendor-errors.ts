import type { Failure } from '@meridian/core/kernel';
import { geminiClient, messagesClient } from '@meridian/core/protocols';

/** Google's clients ask under this, and OpenAI's never do. */
const GOOGLE_PATH = /^\/v1beta(?:\/|$)/;
/** Its newer clients ask under `/v1`, where OpenAI's are as well; only theirs send the key like this. */
const GOOGLE_KEY = 'x-goog-api-key';
const ANTHROPIC_PATH = /^\/v1\/messages(?:\/|$)/;
const VENDOR_PATH = /^\/v1\//;

/** What tells whose client asks. */
export interface AskedBy {
  readonly url: string;
  readonly header: (name: string) => string | string[] | undefined;
  readonly requestId: string;
}

/** An error beside the inference endpoints: its body, and headers that only this vendor's clients read. */
export interface VendorError {
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** An error as the client that asks expects it: by the path, or by the version that it names. */
export function vendorError(failure: Failure, { url, header, requestId }: AskedBy): VendorError {
  const path = url.split('?', 1)[0] ?? '';
  const sendsGoogleKey = header(GOOGLE_KEY) !== undefined && VENDOR_PATH.test(path);
  const isGoogle = sendsGoogleKey || GOOGLE_PATH.test(path);
  if (isGoogle) return { body: geminiClient.errorBody(failure), headers: {} };
  const namesVersion = header('anthropic-version') !== undefined && VENDOR_PATH.test(path);
  if (!namesVersion && !ANTHROPIC_PATH.test(path)) return { body: failure.toBody(), headers: {} };
  return {
    body: messagesClient.errorBody(failure, requestId),
    headers: { 'request-id': requestId },
  };
}
