import { pathOf } from '../paths.ts';
import type { UpstreamCall, UpstreamKey } from '../types.ts';
import { inferenceProfile } from './profiles.ts';
import { createSigner, type Signer, uriEncode } from './sign.ts';

/** Used where neither the key's configuration nor its host names one. */
const REGION_USUAL = 'us-east-1';
/** What signatures call Bedrock, also at the host of its runtime. */
const SERVICE = 'bedrock';
const EVENT_STREAM = 'application/vnd.amazon.eventstream';

/** Everything of a request that depends on the key only. */
export interface KeyEndpoint {
  readonly origin: string;
  readonly host: string;
  /** In front of `/model`; empty at Bedrock itself. */
  readonly basePath: string;
  readonly region: string;
  readonly headers: readonly string[];
  readonly streamHeaders: readonly string[];
  /** Undefined for Bedrock API keys, whose token is among the headers. */
  readonly signer: Signer | undefined;
}

/** Derives a key's endpoint; the caller memoises it. */
export function keyEndpoint({ baseUrl, secret, config }: UpstreamKey): KeyEndpoint {
  const url = new URL(baseUrl);
  const { region = REGION_USUAL, aws } = config;
  const token = aws ? '' : secret.reveal();
  const bearer = token === '' ? [] : ['authorization', `Bearer ${token}`];
  const json = ['content-type', 'application/json', 'accept'];
  return {
    origin: url.origin,
    host: url.host,
    basePath: url.pathname.replace(/\/+$/, '').replace(/\/model$/, ''),
    region,
    headers: [...json, 'application/json', ...bearer],
    streamHeaders: [...json, EVENT_STREAM, ...bearer],
    signer: aws && createSigner({ credentials: aws, region, service: SERVICE }),
  };
}

/** The path of a call; ids of profiles and ARNs are one segment of it. */
export function callPath({ basePath, region }: KeyEndpoint, call: UpstreamCall): string {
  const verb = pathOf('bedrock', { converse: 'converse' }, call.endpoint);
  const model = uriEncode(inferenceProfile(call.model, region));
  return `${basePath}/model/${model}/${verb}${call.stream ? '-stream' : ''}`;
}
