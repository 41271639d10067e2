import type { ChaosResult } from './chaos.ts';
import type { Happened } from './faults.ts';
import type { ChaosOptions } from './options.ts';

/** What a run has to show. */
const SUCCESS_MIN = 0.999;
const LIMIT_EXCESS_MAX = 0.01;
const RECOVERY_MS_MAX = 5_000;
/** Problems of one kind that are told. */
const TOLD_MAX = 20;

/** What is wrong with a run, one line each; empty when it has shown what it has to. */
export function problemsOf(result: ChaosResult): readonly string[] {
  const { service, bills, limits, faults, silentRefusals, limitedFailures } = result;
  const problems: string[] = [];
  if (service.success < SUCCESS_MIN) {
    problems.push(`${service.failed.length} requests failed`, ...failuresOf(result));
  }
  problems.push(...bills.wrong.slice(0, TOLD_MAX));
  for (const { name, limit, most } of limits) {
    if (most > limit * (1 + LIMIT_EXCESS_MAX)) problems.push(`${name}: ${most} of ${limit}`);
  }
  for (const happened of faults) {
    const ms = recoveryMs(happened);
    if (ms === null || ms > RECOVERY_MS_MAX) {
      if (happened.fault.isLeftAlone && ms !== null) continue;
      problems.push(`${happened.fault.name}: recovered after ${ms ?? 'the end of the run'} ms`);
    }
  }
  if (silentRefusals > 0) problems.push(`${silentRefusals} refusals without a Retry-After`);
  if (limitedFailures.length > limitedShare(result)) {
    const told = limitedFailures.slice(0, TOLD_MAX).map((each) => JSON.stringify(each));
    problems.push(`${limitedFailures.length} requests of limited accounts failed`, ...told);
  }
  return problems;
}

/** The requests that failed, one line each, whether or not they are too many. */
export function failuresOf({ service }: ChaosResult): readonly string[] {
  return service.failed.slice(0, TOLD_MAX).map((each) => JSON.stringify(each));
}

function limitedShare({ requests, service }: ChaosResult): number {
  return (requests - service.sent) * (1 - SUCCESS_MIN);
}

function recoveryMs({ endedAt, recoveredAt }: Happened): number | null {
  return recoveredAt === null ? null : Math.max(0, recoveredAt - endedAt);
}

/** The page that tells of a run. */
export function describeRun(options: ChaosOptions, result: ChaosResult): string {
  const { service, bills, limits, faults, requests } = result;
  const { seconds, rate, clients, seed } = options;
  return `# Reliability

What a run of \`npm run chaos\` has shown; \`npm run chaos -- --write\` writes this page anew. Two nodes on one
PostgreSQL and one Redis, four provider keys on one level. The keys fail in turn: they do not answer, answer 429 or 500,
reset connections, cut answers before and after their first content, fail now and then. Meanwhile a node is killed
(SIGKILL) and started again, Redis is stopped and comes back empty, PostgreSQL is restarted. One key is always well.
Clients send every request once. A short form of the run is among the tests (\`tests/chaos.test.ts\`).

Run: ${seconds} s, at most ${rate} requests per second, ${clients} clients, seed ${seed}.

## Requests

| | |
|---|--:|
| sent | ${requests} |
| of accounts that no limit bounds | ${service.sent} |
| answered whole | ${service.answered} |
| in flight on a node when it was killed | ${service.inFlight} |
| cut by the upstream after the first content | ${service.cut} |
| failed | ${service.failed.length} |
| **success of what a healthy key could serve** | **${percent(service.success)}** |

## Bills

Every usage record is derived anew from what the upstreams logged: who answered, how many attempts arrived, which tokens
were reported, or sent before a cut. Every balance is what was granted less its records, and \`ledger verify\` agrees.

| | |
|---|--:|
| usage records | ${bills.records} |
| of answers that were cut, charged as delivered | ${bills.cut} |
| charged, but not received whole by the client | ${bills.undelivered} |
| **wrong** | **${bills.wrong.length}** |

## Limits

The traffic of these accounts exceeds their limit about three times. Told is the most that any window held, wherever it begins.

| limit | allowed | most | refused |
|---|--:|--:|--:|
${limits.map(({ name, limit, most, refused }) => `| ${name} | ${limit} | ${most} | ${refused} |`).join('\n')}

## Faults

Recovered means for a server or a node: every node is ready, and limits are shared again; for a key: it answers
again. An owner who has repaired a key wakes it (\`DelKeys\`); the one that nobody woke came back by itself after its
sleep of five minutes, by one trial.

| fault | from | for | recovered after |
|---|--:|--:|--:|
${faults
  .toSorted((a, b) => a.beganAt - b.beganAt)
  .map((each) => faultRow(each, faults))
  .join('\n')}
`;
}

function faultRow(happened: Happened, all: readonly Happened[]): string {
  const { fault, beganAt, endedAt } = happened;
  const start = Math.min(...all.map((each) => each.beganAt - each.fault.from * 1_000));
  const ms = recoveryMs(happened);
  const name = fault.isLeftAlone ? `${fault.name}, nobody woke it` : fault.name;
  const from = ((beganAt - start) / 1_000).toFixed(0);
  const lasted = ((endedAt - beganAt) / 1_000).toFixed(1);
  return `| ${name} | ${from} s | ${lasted} s | ${ms === null ? '–' : `${(ms / 1_000).toFixed(2)} s`} |`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(3)} %`;
}
