import { keyRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** `POST /x-self`, and `POST /x-root` for root. */
export function rotateKey(
  accounts: Pick<AccountsService, 'rotateSelf' | 'rotateRoot'>,
): readonly ServedRoute[] {
  return [
    serve(keyRoutes.rotateSelf, async (call) => ({
      status: 200,
      body: await accounts.rotateSelf(actorOf(call), call.body),
    })),
    serve(keyRoutes.rotateRoot, async (call) => ({
      status: 200,
      body: await accounts.rotateRoot(actorOf(call), call.body),
    })),
  ];
}
