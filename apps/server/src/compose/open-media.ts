import { join } from 'node:path';
import type { Catalog } from '@meridian/core/catalog';
import { createImagePresenter, type Presenter } from '@meridian/core/inference';
import { systemClock } from '@meridian/core/kernel';
import { isListenPlace } from '@meridian/core/routing';
import type { Config } from '../config.ts';
import { createFormIntake, type FormIntake } from '../edge/hot/forms/form-intake.ts';
import { createDefaultModels, type DefaultModels } from '../services/default-models.ts';
import { createFileAddresses } from '../services/file-addresses.ts';
import { createFileFetcher, type FoundFile } from '../upstream/file-fetcher.ts';
import type { Listening } from './listening.ts';
import type { Routing } from './open-routing.ts';
import type { Storage } from './open-storage.ts';

/** What images and audio need besides the pipelines. */
export interface Media {
  readonly forms: FormIntake;
  readonly images: Presenter;
  readonly defaultModel: DefaultModels;
}

/** The folder of uploads under way, within the data folder. */
const SPOOL_FOLDER = 'spool';

export function openMedia(
  parts: {
    readonly config: Config;
    readonly storage: Pick<Storage, 'resultFiles'>;
    readonly catalog: Catalog;
    readonly routing: Routing;
    readonly listening: Listening;
  },
  open: AsyncDisposableStack,
): Media {
  const { config, storage, catalog, routing, listening } = parts;
  const isSelf = (address: string, port: number): boolean =>
    isListenPlace(address, port, listening.place());
  const fetcher = open.use(createFileFetcher(isSelf));
  const mayBePrivate = config.allowPrivateUpstreams;
  return {
    forms: createFormIntake({
      folder: join(config.dataDir, SPOOL_FOLDER),
      fetchFile: (url, bytesMax) => fetcher.fetch(url, { bytesMax, param: 'url', mayBePrivate }),
    }),
    images: createImagePresenter({
      files: storage.resultFiles,
      fetchFile: async (url, limits) =>
        whole(await fetcher.fetch(url, { ...limits, param: 'url' })),
      urlOf: createFileAddresses({ publicUrl: config.publicUrl }),
    }),
    defaultModel: createDefaultModels({
      catalog,
      router: routing.router,
      pools: routing.pools,
      clock: systemClock,
    }),
  };
}

async function whole({ bytes }: FoundFile): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}
