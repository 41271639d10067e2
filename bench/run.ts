// The bench: `npm run bench -- --help`.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { profileFolder, type Stage } from './entrant.ts';
import { repositoryFolder, runFolder } from './folders.ts';
import { createLoad } from './load.ts';
import { describeMachine, missingTools } from './machine.ts';
import { buildNative } from './native.ts';
import { type BenchOptions, helpText, parseOptions } from './options.ts';
import { createProcesses } from './processes.ts';
import { toProfileTable } from './profile.ts';
import { writePrompts } from './prompts.ts';
import { type Findings, problems, toDocument, toTablesText } from './report/document.ts';
import { toMarkdown } from './report/table.ts';
import { runScenario, type ScenarioResult } from './rounds.ts';
import { scenarios } from './scenarios.ts';
import { type SoakResult, soak } from './soak.ts';
import { allTargets } from './targets/all.ts';
import type { Target } from './targets/target.ts';
import { startUpstream } from './upstream.ts';

const DOCUMENT = 'docs/benchmarks.md';
const INTERRUPTED = 130;

interface Entries {
  readonly runnable: readonly Target[];
  readonly notRun: ReadonlyMap<string, string>;
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function chooseTargets(options: BenchOptions): Entries {
  const wanted = allTargets.filter(({ name }) => options.targets.includes(name));
  const notRun = new Map<string, string>();
  const runnable = wanted.filter((target) => {
    const missing = target.missing();
    if (missing !== undefined) notRun.set(target.name, missing);
    return missing === undefined;
  });
  for (const [name, why] of notRun) progress(`not run: ${name}: ${why}`);
  return { runnable, notRun };
}

async function runAll(options: BenchOptions, entries: Entries): Promise<Findings> {
  const processes = createProcesses();
  process.once('exit', processes.killAll);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Whatever is being waited for fails then, and everything that was opened is closed.
    process.once(signal, () => {
      process.exitCode = INTERRUPTED;
      processes.killAll();
    });
  }
  const programs = buildNative();
  await using upstream = await startUpstream(processes, programs.upstream, options.loadCore);
  const stage: Stage = {
    options,
    processes,
    upstream,
    bench: {
      runLoad: createLoad(processes, programs.load, options.loadCore),
      upstreamId: upstream.processId,
      proxyCore: options.proxyCore,
      loadCore: options.loadCore,
    },
    prompts: writePrompts(runFolder),
    progress,
  };
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios.filter(({ name }) => options.scenarios.includes(name))) {
    results.push(await runScenario(stage, scenario, entries.runnable));
  }
  const soaks: SoakResult[] = [];
  const soaked = options.soakMinutes > 0 ? entries.runnable : [];
  for (const target of soaked.filter(({ isNode }) => isNode)) {
    soaks.push(await soak(stage, target));
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    options,
    machine: describeMachine(),
    targets: entries.runnable,
    notRun: entries.notRun,
    results,
    soaks,
  };
}

function printProfiles({ results, targets }: Findings): void {
  for (const { scenario } of results) {
    for (const { name } of targets) {
      const table = toProfileTable(profileFolder(scenario.name, name), `${scenario.name}, ${name}`);
      if (table !== undefined) console.log(toMarkdown(table));
    }
  }
}

function keepRaw({ results }: Findings): void {
  const raw = results.map(({ scenario, rate, rounds, audits }) => ({
    scenario: scenario.name,
    rate,
    rounds: Object.fromEntries(rounds),
    audits: Object.fromEntries(audits),
  }));
  writeFileSync(join(runFolder, 'last.json'), JSON.stringify(raw, undefined, 1));
}

/** The bench itself belongs to the load, not to the proxies. */
function moveToLoadCore({ loadCore }: BenchOptions): void {
  execFileSync(
    'taskset',
    ['--all-tasks', '--cpu-list', '--pid', String(loadCore), String(process.pid)],
    {
      stdio: 'pipe',
    },
  );
}

/** What went wrong, and what then went wrong while things were being stopped. */
function explain(cause: unknown): string {
  if (cause instanceof SuppressedError) {
    return `${explain(cause.suppressed)}; then, while stopping: ${explain(cause.error)}`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(helpText);
    return;
  }
  const missing = missingTools();
  if (missing.length > 0) throw new Error(`the bench needs ${missing.join(', ')}`);
  const entries = chooseTargets(options);
  if (entries.runnable.length === 0) throw new Error('none of the targets can run');
  rmSync(runFolder, { recursive: true, force: true });
  mkdirSync(runFolder, { recursive: true });
  moveToLoadCore(options);
  const findings = await runAll(options, entries);
  keepRaw(findings);
  process.stdout.write(toTablesText(findings));
  if (options.profile) printProfiles(findings);
  if (options.write) {
    const file = join(repositoryFolder, DOCUMENT);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, toDocument(findings));
    progress(`wrote ${DOCUMENT}`);
  }
  for (const problem of problems(findings)) {
    progress(`bench: ${problem}`);
    process.exitCode = 1;
  }
}

try {
  await main();
} catch (cause) {
  progress(process.exitCode === INTERRUPTED ? 'bench: interrupted' : `bench: ${explain(cause)}`);
  process.exitCode ??= 1;
}
