import { type Entrant, enter, type Stage } from './entrant.ts';
import { failureCount, type LoadPlan } from './load.ts';
import type { Measurement } from './measure.ts';
import type { PromptKind } from './prompts.ts';
import { figure, mebibytes, perSecond, progressLine } from './report/figures.ts';
import type { Table } from './report/table.ts';
import { closedPlan } from './scenarios.ts';
import { slope } from './statistics.ts';
import type { Audit, Target } from './targets/target.ts';

const HALF_MINUTE_SECONDS = 30;
const CHUNKS = 50;
const CONNECTIONS = 1024;
const CALIBRATION_SECONDS = 5;
const LOAD_SHARE = 0.5;
// Until the first minutes are over, code is still being compiled and pools are filled.
const SETTLING_MINUTES = 2;

/** Half a minute of streams and half a minute of small JSON, at half of saturation each. */
interface Minute {
  readonly streams: Measurement;
  readonly requests: Measurement;
  readonly heapBytes: number | undefined;
}

/** What a soak found. */
export interface SoakResult {
  readonly table: Table;
  readonly failures: number;
  readonly audit: Audit | undefined;
}

async function halfLoad(entrant: Entrant, prompt: PromptKind): Promise<LoadPlan> {
  const calibration = closedPlan(prompt, CALIBRATION_SECONDS);
  await entrant.load(calibration);
  const { load } = await entrant.load(calibration);
  return {
    ...closedPlan(prompt, HALF_MINUTE_SECONDS),
    connections: CONNECTIONS,
    warmupSeconds: 0,
    rate: (LOAD_SHARE * load.completedInWindow) / load.seconds,
  };
}

async function soakMinutes(stage: Stage, entrant: Entrant): Promise<readonly Minute[]> {
  const streamPlan = await halfLoad(entrant, 'stream');
  const requestPlan = await halfLoad(entrant, 'small');
  const minutes: Minute[] = [];
  for (let minute = 1; minute <= stage.options.soakMinutes; minute++) {
    const streams = await entrant.load(streamPlan);
    const requests = await entrant.load(requestPlan);
    minutes.push({ streams, requests, heapBytes: await entrant.heapBytes() });
    stage.progress(`  minute ${minute} ${progressLine(entrant.name, requests)}`);
  }
  return minutes;
}

function failuresOf({ streams, requests }: Minute): number {
  return failureCount(streams.load) + failureCount(requests.load);
}

function residentOf({ streams, requests }: Minute): number {
  return mebibytes(Math.max(streams.residentPeak, requests.residentPeak));
}

function noteOf(minutes: readonly Minute[], audit: Audit | undefined): string {
  const trend = slope(minutes.slice(SETTLING_MINUTES).map(residentOf));
  const parts = [
    `Each minute has ${HALF_MINUTE_SECONDS} s of streams and ${HALF_MINUTE_SECONDS} s of small JSON, at half of saturation.`,
    Number.isFinite(trend)
      ? `From minute ${SETTLING_MINUTES + 1} on the memory changes by ${figure(trend, 2)} MB per minute.`
      : '',
    audit === undefined ? '' : `Books ${audit.agrees ? 'right' : 'WRONG'}: ${audit.line}.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function toTable(name: string, minutes: readonly Minute[], audit: Audit | undefined): Table {
  return {
    title: `E. Soak, ${name}`,
    note: noteOf(minutes, audit),
    columns: [
      'minute',
      'RSS MB',
      'heap MB',
      'streams/s',
      'TTFB p50 ms',
      'p99 ms',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'errors',
    ],
    rows: minutes.map((minute, index) => [
      String(index + 1),
      figure(residentOf(minute)),
      figure(mebibytes(minute.heapBytes ?? Number.NaN)),
      figure(perSecond(minute.streams, 'request')),
      figure(minute.streams.load.firstByteUs.p50 / 1000, 2),
      figure(minute.streams.load.firstByteUs.p99 / 1000, 2),
      figure(perSecond(minute.requests, 'request')),
      figure(minute.requests.load.latencyUs.p50 / 1000, 2),
      figure(minute.requests.load.latencyUs.p99 / 1000, 2),
      figure(failuresOf(minute)),
    ]),
  };
}

/** Loads one target for minutes and tells whether its memory stays flat. */
export async function soak(stage: Stage, target: Target): Promise<SoakResult> {
  stage.progress(`E. Soak of ${target.name}, minutes: ${stage.options.soakMinutes}`);
  await stage.upstream.behave({ delayMs: 0, chunks: CHUNKS, intervalMs: 2 });
  await using entrant = await enter(stage, target, 'E-soak');
  const minutes = await soakMinutes(stage, entrant);
  const audit = await entrant.audit();
  return {
    table: toTable(target.name, minutes, audit),
    failures: minutes.reduce((sum, minute) => sum + failuresOf(minute), 0),
    audit,
  };
}
