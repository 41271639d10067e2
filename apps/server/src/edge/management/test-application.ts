import type { Secret } from '@meridian/core/kernel';
import type { AllowedOrigins } from '../cors.ts';
import { wrongKey } from '../credentials.ts';
import { type AnsweredRequest, createManagementApp } from './application.ts';
import type { IdempotencyStore } from './idempotency.ts';
import { createMemoryIdempotency } from './memory-idempotency.ts';
import type { Caller, ServedRoute } from './served-route.ts';

/** What a test may choose; the rest is the plainest there is. */
interface TestApplicationOptions {
  readonly routes: readonly ServedRoute[];
  /** Key → caller. */
  readonly callers?: Readonly<Record<string, Caller>>;
  readonly origins?: AllowedOrigins;
  readonly metricsToken?: Secret;
  readonly idempotency?: IdempotencyStore;
}

/** The application as tests drive it, with everything it reported. */
export function createTestApplication(options: TestApplicationOptions) {
  const reports: AnsweredRequest[] = [];
  const { callers = {}, origins = '*', metricsToken } = options;
  let requests = 0;
  const app = createManagementApp({
    routes: options.routes,
    idempotency: options.idempotency ?? createMemoryIdempotency(),
    newRequestId: () => `request-${++requests}`,
    report: (answered) => reports.push(answered),
    access: {
      authenticate: (key) => {
        const caller = callers[key];
        if (caller === undefined) throw wrongKey();
        return caller;
      },
      addressOf: () => '192.0.2.1',
      allowedOrigins: () => origins,
      ...(metricsToken === undefined ? {} : { metricsToken }),
    },
  });
  return { app, reports };
}

/** What a test caller may differ in. */
interface TestCallerOptions {
  readonly isOwner?: boolean;
  readonly isEnabled?: boolean;
  readonly namedKeyId?: number | null;
  readonly allowsAddress?: (address: string) => boolean;
  readonly allowsEndpoint?: (path: string) => boolean;
}

/** A caller with as much of a policy as the edge and the routes read. */
export function testCaller(accountId: number, options: TestCallerOptions = {}): Caller {
  const { isOwner = false, isEnabled = true, namedKeyId = null } = options;
  const { allowsAddress = () => true, allowsEndpoint = () => true } = options;
  const isRoot = accountId === 1;
  const shown = { rates: 1_500_000n, ownerSettings: {} };
  const policy = { accountId, isOwner, isEnabled, allowsAddress, isRoot, ...shown };
  return { accountId, namedKeyId, policy, allowsEndpoint } as unknown as Caller;
}
