import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ensureRoot, type RootPreset } from '@meridian/core/accounts';
import { loadCatalog } from '@meridian/core/catalog';
import type { Pipeline } from '@meridian/core/inference';
import { createUuidV7, type Secret, systemClock, systemRandom } from '@meridian/core/kernel';
import { createEvents, createMetrics, type Metrics } from '@meridian/core/telemetry';
import type { Config } from '../config.ts';
import { createAddressFinder } from '../edge/client-address.ts';
import { trackConnections } from '../edge/connections.ts';
import { createFindTarget, type Pipelines } from '../edge/hot/inference-target.ts';
import { createHttpServer } from '../edge/http-server.ts';
import type { ProcessLogs } from '../log.ts';
import { fixedEndpoints, googleCounting } from '../surfaces.ts';
import { createCallers } from './callers.ts';
import { findExampleModel } from './example-model.ts';
import { facesOf } from './faces.ts';
import { createListening } from './listening.ts';
import { openAnswering } from './open-answering.ts';
import { openLedger } from './open-ledger.ts';
import { openManagement } from './open-management.ts';
import { openMedia } from './open-media.ts';
import { openMemory } from './open-memory.ts';
import { openPipelines } from './open-pipeline.ts';
import { openResponses } from './open-responses.ts';
import { type FoundKeys, openRouting } from './open-routing.ts';
import { openStorage, type ServerParts } from './open-storage.ts';
import { openSweeps } from './open-sweeps.ts';
import { openWindows } from './open-windows.ts';
import { createReadiness } from './readiness.ts';
import { createShutdown, type Shutdown } from './shutdown.ts';
import { storeProviderKeys } from './store-provider-keys.ts';

/** A server that is ready. */
export interface StartedServer {
  readonly url: string;
  /** Root's key, on the first start only. */
  readonly rootKey: Secret | undefined;
  /** A model that root can call; undefined where none is known, or after the first start. */
  readonly exampleModel: string | undefined;
  readonly found: FoundKeys;
  readonly hasSandbox: boolean;
  readonly shutdown: Shutdown;
}

const VERSION = '0.1.0';
const BACKLOG = 4_096;
const MS_PER_SECOND = 1_000;

/** Puts the process together, part by part, and starts listening. Closes what it opened if it fails. */
export async function startServer(
  config: Config,
  logs: ProcessLogs,
  parts: ServerParts = {},
): Promise<StartedServer> {
  await using opening = new AsyncDisposableStack();
  const metrics = createMetrics();
  const events = createEvents(logs.log, logs.access, metrics);
  const telemetry = { events, log: logs.log, metrics };
  const catalog = loadCatalog();
  const storage = await openStorage(config, events, opening, parts);
  const rootKey = await ensureRoot(storage.accounts, systemRandom, rootPreset(config));
  await storeProviderKeys(config, storage);
  const ledger = await openLedger({ storage, config }, telemetry, opening);
  const routing = await openRouting(config, { catalog, storage, events });
  routing.pools.shareBetween(() => ledger.liveNodes);
  openSweeps({ config, storage, events }, opening);
  const { directory, accessLog } = await openMemory({ storage, routing, events }, opening);
  const listening = createListening(config);
  const windows = await openWindows({ config, storage, ledger, ...telemetry }, opening);
  const media = openMedia({ config, storage, catalog, routing, listening }, opening);
  const { pipelines, running, admission, probe } = openPipelines(
    {
      ...{ routing, ledger, windows, catalog, events, listening },
      images: media.images,
      keepAliveMs: config.keepAliveSeconds * MS_PER_SECOND,
    },
    opening,
  );
  const responses = openResponses(storage, requirePipeline(pipelines, 'responses'), events);
  const callers = createCallers({ directory, routings: routing.routings });
  const addressOf = createAddressFinder(config.trustedProxies);
  const newRequestId = createUuidV7(() => systemClock.now());
  const answering = openAnswering({
    entrance: { authenticate: callers.caller, addressOf, newRequestId, ...media },
    ...{ pipelines, running, listening, events, metrics },
  });
  const readiness = createReadiness({ storage, ledger, config });
  const application = await openManagement(
    {
      ...{ config, storage, ledger, routing, catalog, directory, events, newRequestId, listening },
      responses: responses.service,
      accessLog,
      admission,
      probe,
      facts: {
        version: VERSION,
        checkReadiness: readiness.check,
        metricsText: metricsReader(metrics, parts),
      },
      access: {
        authenticate: callers.principal,
        addressOf,
        allowedOrigins: ({ policy }) => policy.allowedOrigins,
        ...(config.metricsToken ? { metricsToken: config.metricsToken } : {}),
      },
    },
    opening,
  );
  const fronts = new Map([
    ['responses', responses.front],
    ['responses.input_tokens', responses.count],
  ]);
  const findTarget = createFindTarget(pipelines, fixedEndpoints, { googleCounting, fronts });
  const server = createHttpServer(facesOf(config, { ...answering, findTarget, application }));
  listening.follow(server);
  const connections = trackConnections(server);
  await routing.routings.ensure(1);
  const exampleModel =
    rootKey && (await findExampleModel(rootKey, { directory, catalog, routing }));
  const url = await listen(server, config);
  const opened = opening.move();
  const ending = { ...answering, connections, running, ledger, readiness, opened };
  const shutdown = createShutdown(ending);
  const hasSandbox = routing.pools.owner(1)?.keys.some(({ kind }) => kind === 'sandbox') ?? false;
  return { url, rootKey, exampleModel, found: routing.found, hasSandbox, shutdown };
}

function metricsReader(metrics: Metrics, { shareMetrics }: ServerParts): () => Promise<string> {
  const own = (): Promise<string> => metrics.text();
  return shareMetrics ? shareMetrics(own) : own;
}

function requirePipeline(pipelines: Pipelines, surface: string): Pipeline {
  const line = pipelines.get(surface);
  if (!line) throw new Error(`no pipeline for the surface ${surface}`);
  return line;
}

function rootPreset({ rootKey, rootEmail }: Config): RootPreset {
  return { ...(rootKey ? { key: rootKey } : {}), ...(rootEmail ? { email: rootEmail } : {}) };
}

function listen(server: Server, { host, port }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      const bound = server.address() as AddressInfo;
      const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
      resolve(`http://${name}:${bound.port}`);
    });
  });
}
