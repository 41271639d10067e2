import { Failure } from '../kernel/index.ts';
import type { ImageCall, WholeAnswer } from '../protocols/index.ts';
import type { HeaderLookup } from '../providers/index.ts';
import type { Flight } from './flight.ts';
import { RESULT_FILE_BYTES_MAX, type ResultFile, type ResultFileStore } from './result-files.ts';
import type { Presenter } from './run.ts';

/** What showing images needs. */
export interface ImagePresenterDeps {
  readonly files: Pick<ResultFileStore, 'keep'>;
  /** Fetches what an upstream only tells the address of. Throws where it cannot be had. */
  fetchFile(url: string, options: FetchLimits): Promise<Buffer>;
  /** How the client reaches a kept file; the headers are those of its request. */
  urlOf(name: string, headers: HeaderLookup): string;
}

/** What bounds a fetch. */
export interface FetchLimits {
  readonly bytesMax: number;
  /** Whether the upstream's owner may reach private addresses. */
  readonly mayBePrivate: boolean;
}

/** How kinds of pictures begin; nothing else is shown under our own address. */
const PICTURES: readonly (readonly [contentType: string, at: number, mark: Buffer])[] = [
  ['image/png', 0, Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ['image/jpeg', 0, Buffer.from([0xff, 0xd8, 0xff])],
  ['image/webp', 8, Buffer.from('WEBP')],
  ['image/gif', 0, Buffer.from('GIF8')],
];

interface WireImage {
  readonly b64_json?: unknown;
  readonly url?: unknown;
}

/**
 * Gives each image the form that the client asked for: base64, or an address of ours. Addresses of
 * upstreams are not passed on. A client that does not say gets an address, and base64 where it came.
 */
export function createImagePresenter(deps: ImagePresenterDeps): Presenter {
  async function present(
    image: WireImage,
    { call, arrival }: Flight,
    mayBePrivate: boolean,
  ): Promise<WireImage> {
    const { wants } = call as ImageCall;
    const { b64_json: data, url, ...rest } = image;
    const hasData = typeof data === 'string';
    if (wants === 'b64_json' && hasData) return { ...rest, b64_json: data };
    const limits = { bytesMax: RESULT_FILE_BYTES_MAX, mayBePrivate };
    const bytes = hasData
      ? Buffer.from(data, 'base64')
      : await deps.fetchFile(String(url ?? ''), limits);
    if (wants === 'b64_json') return { ...rest, b64_json: bytes.toString('base64') };
    const name = await deps.files.keep(arrival.caller.accountId, pictureOf(bytes));
    const kept = { ...rest, url: deps.urlOf(name, arrival.headers) };
    return wants === undefined && hasData ? { ...kept, b64_json: data } : kept;
  }

  return {
    async present(answer, flight, candidate) {
      if (flight.responder.isGone) return answer;
      const body = JSON.parse(answer.body.toString('utf8')) as { data?: readonly WireImage[] };
      const images = body.data ?? [];
      if (images.every((image) => isAsAsked(image, flight.call as ImageCall))) return answer;
      const mayBePrivate = candidate.key.mayReachPrivate === true;
      const data = await Promise.all(images.map((image) => present(image, flight, mayBePrivate)));
      return withData(answer, { ...body, data });
    },
  };
}

function isAsAsked({ b64_json: data, url }: WireImage, { wants }: ImageCall): boolean {
  return wants === 'b64_json' && typeof data === 'string' && (url === undefined || url === null);
}

function withData(answer: WholeAnswer, body: object): WholeAnswer {
  return { ...answer, body: Buffer.from(JSON.stringify(body)) };
}

function pictureOf(bytes: Buffer): ResultFile {
  const known = PICTURES.find(([, at, mark]) => bytes.subarray(at, at + mark.length).equals(mark));
  if (known) return { contentType: known[0], bytes };
  throw new Failure('upstream_error', { message: 'The upstream gave something that is no image.' });
}
