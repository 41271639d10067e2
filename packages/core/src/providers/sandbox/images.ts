import type { MediaAnswer, MediaAsk } from './media.ts';
import { CELLS_MAX, drawPicture } from './picture.ts';
import { refuse, type WireRefusal } from './refusal.ts';

const IMAGES_MAX = 4;
const PARTIALS_MAX = 3;
const USUAL_SIDE = 1_024;
const SIDE_MIN = 64;
const SIDE_MAX = 2_048;
const SIZE = /^(\d{2,4})x(\d{2,4})$/;

/** A request for pictures that is valid in every part. */
interface Order {
  readonly motif: string;
  readonly images: number;
  readonly width: number;
  readonly height: number;
  readonly partials: number;
  readonly isStream: boolean;
  /** What its events are called. */
  readonly event: string;
  readonly created: number;
}

/** Pictures that only depend on the words of a prompt. */
export function generateImages(ask: MediaAsk): MediaAnswer | WireRefusal {
  const { prompt } = ask.fields;
  if (typeof prompt !== 'string' || prompt === '') return missing('prompt');
  return draw(ask, { motif: prompt, event: 'image_generation' });
}

/** Pictures that depend on a prompt, and on the names and sizes of the pictures that came with it. */
export function editImages(ask: MediaAsk): MediaAnswer | WireRefusal {
  const { prompt } = ask.fields;
  if (typeof prompt !== 'string' || prompt === '') return missing('prompt');
  const sources = sourcesOf(ask);
  if (sources === '') return missing('image');
  return draw(ask, { motif: `${prompt}\n${sources}`, event: 'image_edit' });
}

/** Pictures that depend on the name and size of another. */
export function varyImage(ask: MediaAsk): MediaAnswer | WireRefusal {
  const sources = sourcesOf(ask);
  if (sources === '') return missing('image');
  return draw(ask, { motif: sources, event: 'image_variation' });
}

function sourcesOf({ form, fields }: MediaAsk): string {
  const files = form?.parts.filter((part) => part.kind === 'file') ?? [];
  const names = files.map(({ name, filename, content }) => `${name} ${filename} ${content.length}`);
  return [...names, ...(fields.images === undefined ? [] : [JSON.stringify(fields.images)])].join();
}

function missing(param: string): WireRefusal {
  return refuse('missing_required_parameter', param, `Missing required parameter: '${param}'.`);
}

function draw(
  { fields, created }: MediaAsk,
  about: Pick<Order, 'motif' | 'event'>,
): MediaAnswer | WireRefusal {
  const refusal = unmet(fields);
  if (refusal) return refusal;
  const [, width, height] = SIZE.exec(String(fields.size)) ?? [];
  const order: Order = {
    ...about,
    created,
    images: Number(fields.n ?? 1),
    width: Number(width ?? USUAL_SIDE),
    height: Number(height ?? USUAL_SIDE),
    partials: Number(fields.partial_images ?? 0),
    isStream: String(fields.stream) === 'true',
  };
  return order.isStream
    ? { contentType: 'text/event-stream', pieces: events(order) }
    : { contentType: 'application/json', pieces: whole(order) };
}

/** What of a request the sandbox cannot do. */
function unmet({ n, size, output_format: format, partial_images: partials }: MediaAsk['fields']) {
  const isCount = (value: unknown, least: number, most: number): boolean =>
    Number.isInteger(Number(value)) && Number(value) >= least && Number(value) <= most;
  if (!isCount(n ?? 1, 1, IMAGES_MAX)) {
    return refuse('invalid_value', 'n', `Expected 1 to ${IMAGES_MAX} images.`);
  }
  if (!isCount(partials ?? 0, 0, PARTIALS_MAX)) {
    return refuse('invalid_value', 'partial_images', `Expected 0 to ${PARTIALS_MAX} previews.`);
  }
  if (format !== undefined && format !== null && format !== 'png') {
    return refuse('invalid_value', 'output_format', 'The sandbox draws png only.');
  }
  if (size === undefined || size === null || size === 'auto') return undefined;
  const [, ...sides] = SIZE.exec(String(size)) ?? [];
  if (sides.length === 2 && sides.every((side) => isCount(side, SIDE_MIN, SIDE_MAX))) {
    return undefined;
  }
  const message = `Expected 'auto', or two sides of ${SIDE_MIN} to ${SIDE_MAX} pixels as '1024x1024'.`;
  return refuse('invalid_value', 'size', message);
}

/** One picture at a time, so that other work gets its turn in between. */
function* whole(order: Order): Generator<Buffer> {
  yield Buffer.from(`{"created":${order.created},"data":[`);
  for (let image = 0; image < order.images; image++) {
    yield Buffer.from(`${image === 0 ? '' : ','}{"b64_json":"${base64(order, image)}"}`);
  }
  const { background, output_format, size } = traits(order);
  yield Buffer.from(`],${JSON.stringify({ background, output_format, size }).slice(1)}`);
}

function* events(order: Order): Generator<Buffer> {
  const { event, partials } = order;
  const made = { created_at: order.created, ...traits(order) };
  for (let image = 0; image < order.images; image++) {
    for (let partial = 0; partial < partials; partial++) {
      yield sse(`${event}.partial_image`, {
        b64_json: base64(order, image, 2 ** (partial + 1)),
        partial_image_index: partial,
        ...made,
      });
    }
    yield sse(`${event}.completed`, { b64_json: base64(order, image), ...made });
  }
}

function traits({ width, height }: Order) {
  return {
    background: 'opaque',
    output_format: 'png',
    quality: 'auto',
    size: `${width}x${height}`,
  };
}

function sse(type: string, fields: object): Buffer {
  return Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
}

function base64({ motif, width, height }: Order, image: number, cells = CELLS_MAX): string {
  return drawPicture({ motif: `${image} ${motif}`, width, height, cells }).toString('base64');
}
