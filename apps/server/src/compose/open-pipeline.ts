import { createWindowPlanner, type WindowStore } from '@meridian/core/admission';
import type { Catalog } from '@meridian/core/catalog';
import {
  createProbe,
  createRunningAnswers,
  createSeenPrompts,
  type ModelSizes,
  type Pipeline,
  type Presenter,
  type Probe,
  type RunningAnswers,
  type Surface,
  type WindowDeps,
} from '@meridian/core/inference';
import { systemClock } from '@meridian/core/kernel';
import type { Ledger } from '@meridian/core/ledger';
import { createTokenCounter } from '@meridian/core/metering';
import type { Provider } from '@meridian/core/providers';
import type { Candidate } from '@meridian/core/routing';
import type { Events } from '@meridian/core/telemetry';
import type { Pipelines } from '../edge/hot/inference-target.ts';
import { createReporter } from '../edge/hot/reporter.ts';
import { surfaces } from '../surfaces.ts';
import type { Listening } from './listening.ts';
import type { Routing } from './open-routing.ts';
import { openTransport } from './open-transport.ts';

/** The pipelines by surface, and their running answers for the time when the server stops. */
export interface OpenPipelines {
  readonly pipelines: Pipelines;
  readonly running: RunningAnswers;
  readonly admission: WindowDeps;
  /** Tries provider keys past the pipelines. */
  readonly probe: Probe;
}

function createModelSizes(catalog: Catalog): ModelSizes {
  return {
    sizeOf(model) {
      const card = catalog.find(model);
      return {
        ...(card?.maxOutput === undefined ? {} : { maxOutputTokens: card.maxOutput }),
        ...(card?.context === undefined ? {} : { contextTokens: card.context }),
      };
    },
  };
}

/** Puts the pipelines together; they differ in their surface only. */
export function openPipelines(
  parts: {
    readonly routing: Routing;
    readonly ledger: Ledger;
    readonly windows: WindowStore;
    readonly catalog: Catalog;
    readonly events: Events;
    readonly keepAliveMs: number;
    readonly listening: Listening;
    /** For the surfaces whose answers are images. */
    readonly images: Presenter;
  },
  open: AsyncDisposableStack,
): OpenPipelines {
  const { routing, ledger, windows, catalog, events } = parts;
  const onCrash = (error: unknown): void => events.unexpected(error, 'token counter');
  const tokens = open.use(createTokenCounter({ onCrash }));
  const running = createRunningAnswers(systemClock);
  const transport = openTransport(parts.listening.place, open);
  const admission = { windows, windowsOf: createWindowPlanner() };
  const sizes = createModelSizes(catalog);
  const providers = ({ key }: Candidate): Provider => routing.providers.get(key.kind);
  const clock = systemClock;
  const prompts = createSeenPrompts(clock);
  const { keepAliveMs } = parts;
  const shared = { transport, providers, sizes, ledger, clock, prompts, running, keepAliveMs };
  const lineOf = (surface: Surface): Pipeline => {
    const reporter = createReporter(events, surface);
    return {
      router: routing.router,
      admission,
      attempts: { ...shared, admission, surface, reporter },
      counting: { dialect: surface.dialect, tokens },
      settlement: { ledger, windows, clock, surface: surface.name },
      ...(surface.name.startsWith('images.') && { presenter: parts.images }),
    };
  };
  const pipelines = new Map(surfaces.map((surface) => [surface.name, lineOf(surface)]));
  const byName = new Map(surfaces.map((surface) => [surface.name, surface]));
  const probe = createProbe({ transport, running, sizes, clock, surfaces: byName });
  return { pipelines, running, admission, probe };
}
