import { setTimeout as sleep } from 'node:timers/promises';
import { type Entrant, enter, type Stage } from './entrant.ts';
import type { LoadPlan } from './load.ts';
import type { Measurement } from './measure.ts';
import { disturbance, failureText, perSecond, progressLine } from './report/figures.ts';
import type { Scenario } from './scenarios.ts';
import { rotated } from './statistics.ts';
import type { Audit, Target } from './targets/target.ts';

const DISTURBED_SHARE = 0.1;
const PAUSE_MS = 200;
const HELD_ROUNDS_MAX = 2;
const HELD_WARMUP_SECONDS = 1;
const WARMUP_UNITS = 20_000;
const WARMUP_LOADS_MAX = 4;

/** The measurements of one scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  /** Arrivals per second of an open loop, 0 of the others. */
  readonly rate: number;
  /** By target, one for each round. */
  readonly rounds: ReadonlyMap<string, readonly Measurement[]>;
  /** What the targets' own books said at the end. */
  readonly audits: ReadonlyMap<string, Audit>;
}

type Audits = Map<string, Audit>;

/** One measurement, repeated while others disturb it; the quietest one counts. */
async function quietest(stage: Stage, entrant: Entrant, plan: LoadPlan): Promise<Measurement> {
  let best = await entrant.load(plan);
  for (let i = 0; i < stage.options.repeats && disturbance(best) > DISTURBED_SHARE; i++) {
    await sleep(PAUSE_MS);
    const again = await entrant.load(plan);
    if (disturbance(again) < disturbance(best)) best = again;
  }
  return best;
}

/** Loads a target until its code is compiled: on a busy machine that takes more than the time set. */
async function warmUp(stage: Stage, scenario: Scenario, entrant: Entrant): Promise<void> {
  const plan = scenario.saturate(stage.options.warmupSeconds);
  let seen = 0;
  for (let i = 0; i < WARMUP_LOADS_MAX && seen < WARMUP_UNITS; i++) {
    const { load } = await entrant.load(plan);
    seen += scenario.unit === 'chunk' ? load.chunks : load.completed;
  }
}

/** Half of what the slowest proxy can take, in arrivals per second. */
async function halfOfSaturation(
  stage: Stage,
  scenario: Scenario,
  entrants: readonly Entrant[],
): Promise<number> {
  const proxies = entrants.filter(({ name }) => name !== 'direct');
  const plan = scenario.saturate(stage.options.seconds);
  // Chunks flow evenly; whole streams are too few to be counted in a short window.
  const unitsPerArrival = scenario.unit === 'chunk' ? plan.chunks : 1;
  const rates: number[] = [];
  for (const entrant of proxies.length === 0 ? entrants : proxies) {
    const measurement = await quietest(stage, entrant, plan);
    const rate = perSecond(measurement, scenario.unit) / unitsPerArrival;
    const wrong = failureText(measurement);
    stage.progress(`  ${entrant.name} takes ${rate.toFixed(0)} per second  ${wrong}`.trimEnd());
    // Who answers nothing sets no pace; the measurement will show it as errors.
    if (rate > 0) rates.push(rate);
  }
  if (rates.length === 0) throw new Error(`${scenario.name}: no target answered at saturation`);
  return Math.min(...rates) / 2;
}

async function inRounds(
  stage: Stage,
  count: number,
  names: readonly string[],
  turn: (name: string) => Promise<Measurement>,
): Promise<Map<string, Measurement[]>> {
  const rounds = new Map<string, Measurement[]>(names.map((name) => [name, []]));
  for (let round = 0; round < count; round++) {
    for (const name of rotated(names, round)) {
      const measurement = await turn(name);
      rounds.get(name)?.push(measurement);
      stage.progress(`  round ${round + 1} ${progressLine(name, measurement)}`);
      await sleep(PAUSE_MS);
    }
  }
  return rounds;
}

async function audit(entrant: Entrant, audits: Audits): Promise<void> {
  const found = await entrant.audit();
  if (found !== undefined) audits.set(entrant.name, found);
}

/** All targets run side by side; the load goes from one to the next. */
async function runSteady(
  stage: Stage,
  scenario: Scenario,
  targets: readonly Target[],
): Promise<ScenarioResult> {
  const { options } = stage;
  await using started = new AsyncDisposableStack();
  const entrants = new Map<string, Entrant>();
  for (const target of targets) {
    entrants.set(target.name, started.use(await enter(stage, target, scenario.name)));
  }
  for (const entrant of entrants.values()) await warmUp(stage, scenario, entrant);
  const all = [...entrants.values()];
  const rate = scenario.kind === 'open' ? await halfOfSaturation(stage, scenario, all) : 0;
  const plan = scenario.load(options.seconds, rate);
  const rounds = await inRounds(stage, options.rounds, [...entrants.keys()], async (name) => {
    const entrant = entrants.get(name);
    if (entrant === undefined) throw new Error(`${name} was not started`);
    return quietest(stage, entrant, plan);
  });
  const audits: Audits = new Map();
  for (const entrant of entrants.values()) await audit(entrant, audits);
  return { scenario, rate, rounds, audits };
}

/** Each turn has a fresh process, because its memory is what is measured. */
async function runHeld(
  stage: Stage,
  scenario: Scenario,
  targets: readonly Target[],
): Promise<ScenarioResult> {
  const byName = new Map(targets.map((target) => [target.name, target]));
  const audits: Audits = new Map();
  const count = Math.min(stage.options.rounds, HELD_ROUNDS_MAX);
  const rounds = await inRounds(stage, count, [...byName.keys()], async (name) => {
    const target = byName.get(name);
    if (target === undefined) throw new Error(`no target ${name}`);
    await using entrant = await enter(stage, target, scenario.name);
    await stage.upstream.behave({ ...scenario.behaviour, intervalMs: 2 });
    await entrant.load(scenario.saturate(HELD_WARMUP_SECONDS));
    await stage.upstream.behave(scenario.behaviour);
    const measurement = await entrant.load(scenario.load(0, 0));
    await audit(entrant, audits);
    return measurement;
  });
  return { scenario, rate: 0, rounds, audits };
}

/** Runs one scenario over the targets, interleaved. */
export async function runScenario(
  stage: Stage,
  scenario: Scenario,
  targets: readonly Target[],
): Promise<ScenarioResult> {
  stage.progress(scenario.title);
  await stage.upstream.behave(scenario.behaviour);
  return scenario.kind === 'held'
    ? runHeld(stage, scenario, targets)
    : runSteady(stage, scenario, targets);
}
