import { failureCount } from '../load.ts';
import type { Measurement } from '../measure.ts';
import type { Scenario } from '../scenarios.ts';

const MICROSECONDS = 1e6;
const MIB = 1024 ** 2;

/** The target that the others are compared with, and the one that has budgets. */
export const REFERENCE = 'bare-node';
export const PRODUCT = 'meridian';
export const TRANSLATED = 'meridian-translated';
/** Limits at depth 4, in memory and on Redis; and two processes behind the port. */
export const DEPTH_4 = 'meridian-depth-4';
export const ON_REDIS = 'meridian-redis';
export const WORKERS_2 = 'meridian-workers-2';

type Unit = Scenario['unit'];

/** A number for a reader; a dash where there is none. */
export function figure(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return '–';
  const fixed = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return value.toLocaleString('en-US', fixed);
}

/** Requests or chunks per second of the window. */
export function perSecond(measurement: Measurement, unit: Unit): number {
  const { load } = measurement;
  return (unit === 'chunk' ? load.chunksInWindow : load.completedInWindow) / load.seconds;
}

/** Requests or chunks for each second of CPU that the proxy used, over the whole run. */
export function perCoreSecond(measurement: Measurement, unit: Unit): number {
  const { load, proxySeconds } = measurement;
  if (proxySeconds === 0) return Number.NaN;
  return (unit === 'chunk' ? load.chunks : load.completed) / proxySeconds;
}

/** Microseconds of the proxy's CPU for each request or chunk. */
export function cpuPerUnit(measurement: Measurement, unit: Unit): number {
  return MICROSECONDS / perCoreSecond(measurement, unit);
}

/** Microseconds of the database's CPU for each request, also where chunks are counted. */
export function databaseCpuPerRequest(measurement: Measurement): number {
  if (measurement.companionSeconds === 0) return Number.NaN;
  return (MICROSECONDS * measurement.companionSeconds) / measurement.load.completed;
}

/** The larger share of a core that others took. */
export function disturbance(measurement: Measurement): number {
  return Math.max(measurement.foreignOnProxyCore, measurement.foreignOnLoadCore);
}

/** Bytes as MiB. */
export function mebibytes(bytes: number): number {
  return bytes / MIB;
}

/** What went wrong, as text; empty when nothing did. */
export function failureText(measurement: Measurement): string {
  const { load } = measurement;
  if (failureCount(load) === 0) return '';
  const kinds = Object.entries(load.failures).filter(([, count]) => count > 0);
  const counts = kinds.map(([kind, count]) => `${kind} ${count}`).join(', ');
  return `${counts} (status ${load.failedStatus}, ${load.sample})`;
}

/** One line on one measurement, while the bench runs. */
export function progressLine(name: string, measurement: Measurement): string {
  const { load, loadSeconds, proxySeconds } = measurement;
  const parts = [
    name.padEnd(10),
    `${figure(load.completedInWindow / load.seconds)} req/s`,
    `p50 ${figure(load.latencyUs.p50 / 1000, 2)} ms`,
    `p99 ${figure(load.latencyUs.p99 / 1000, 2)} ms`,
    `proxy ${figure((100 * proxySeconds) / loadSeconds)} %`,
    `others ${figure(100 * measurement.foreignOnProxyCore)}/${figure(100 * measurement.foreignOnLoadCore)} %`,
    `${figure(mebibytes(measurement.residentPeak))} MB`,
    failureText(measurement),
  ];
  return parts.filter((part) => part !== '').join('  ');
}
