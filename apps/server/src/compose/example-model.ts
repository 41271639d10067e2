import { type Directory, keyDigest } from '@meridian/core/accounts';
import type { Catalog } from '@meridian/core/catalog';
import { type Secret, systemClock } from '@meridian/core/kernel';
import { createModelList } from '../services/models.ts';
import type { Routing } from './open-routing.ts';

const SANDBOX_MODEL = 'sandbox-chat';
/** Names that mean nothing to a shell. */
const PLAIN_NAME = /^[\w.:/@+-]+$/;

/** A model that the holder of a key can chat with now: the sandbox's, else the cheapest; perhaps none is known. */
export async function findExampleModel(
  key: Secret,
  parts: {
    readonly directory: Directory;
    readonly catalog: Catalog;
    readonly routing: Routing;
  },
): Promise<string | undefined> {
  const { directory, catalog, routing } = parts;
  const { router, pools } = routing;
  const principal = await directory.load(keyDigest(key.reveal()));
  if (!principal) return undefined;
  const list = createModelList({ catalog, router, pools, clock: systemClock });
  const models = (await list.list(principal)).filter(
    ({ id, meridian }) => meridian.kind === 'chat' && PLAIN_NAME.test(id),
  );
  const byPrice = [...models].sort((a, b) => priceOf(a) - priceOf(b));
  return (models.find(({ id }) => id === SANDBOX_MODEL) ?? byPrice[0])?.id;
}

function priceOf({ meridian }: { readonly meridian: { readonly pricing: object } }): number {
  const { output = Number.POSITIVE_INFINITY } = meridian.pricing as { output?: number };
  return output;
}
