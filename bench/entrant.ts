import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './folders.ts';
import { failureCount, type LoadPlan, type LoadReport } from './load.ts';
import { type Bench, type Measurement, measure } from './measure.ts';
import type { BenchOptions } from './options.ts';
import type { Processes } from './processes.ts';
import type { PromptKind } from './prompts.ts';
import type { Audit, Target } from './targets/target.ts';
import type { Upstream } from './upstream.ts';

// What the fake upstream reports as usage; the completion tokens of a stream are its chunks.
const PROMPT_TOKENS = 19;
const WHOLE_COMPLETION_TOKENS = 24;

/** All that a run of the bench works with. */
export interface Stage {
  readonly options: BenchOptions;
  readonly processes: Processes;
  readonly upstream: Upstream;
  readonly bench: Bench;
  readonly prompts: Readonly<Record<PromptKind, string>>;
  /** Progress, for the person who waits. */
  readonly progress: (line: string) => void;
}

/** A started target with the load aimed at it. Disposing stops the target. */
export interface Entrant extends AsyncDisposable {
  readonly name: string;
  load(plan: LoadPlan): Promise<Measurement>;
  heapBytes(): Promise<number | undefined>;
  /** Whether the target's own books agree with all the load it had, where it keeps books. */
  audit(): Promise<Audit | undefined>;
}

function completionTokens(plan: LoadPlan, report: LoadReport): number {
  return report.completed * (plan.prompt === 'stream' ? plan.chunks : WHOLE_COMPLETION_TOKENS);
}

/** The folder of a target's profiles of a scenario. */
export function profileFolder(scenario: string, target: string): string {
  return join(runFolder, 'profile', `${scenario}-${target}`);
}

/** Starts a target in an empty folder of its own. */
export async function enter(stage: Stage, target: Target, scenario: string): Promise<Entrant> {
  const { options } = stage;
  const folder = join(runFolder, scenario, target.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const profiles = profileFolder(scenario, target.name);
  const running = await target.start({
    processes: stage.processes,
    upstreamPort: stage.upstream.port,
    proxyCore: options.proxyCore,
    loadCore: options.loadCore,
    folder,
    nodeFlags: options.profile ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [],
  });
  const keysFile = join(folder, 'keys.txt');
  writeFileSync(keysFile, `${running.keys.join('\n')}\n`, { mode: 0o600 });
  const aim = { port: running.port, bodyFiles: stage.prompts, keysFile };
  const answered = { promptTokens: 0, completionTokens: 0, failures: 0 };
  return {
    name: target.name,
    load: async (plan) => {
      const measurement = await measure(stage.bench, running, aim, plan);
      answered.promptTokens += measurement.load.completed * PROMPT_TOKENS;
      answered.completionTokens += completionTokens(plan, measurement.load);
      answered.failures += failureCount(measurement.load);
      return measurement;
    },
    heapBytes: async () => running.heapBytes?.(),
    audit: async () => running.audit?.(answered),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}
