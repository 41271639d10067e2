import { errorCatalog } from '@meridian/contract';
import { isFailure } from '../kernel/index.ts';
import type { Metrics } from './metrics.ts';

/** A structured log; secrets print as placeholders by their type. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One line per answered request, apart from the log because there are so many. */
export interface AccessLog {
  /** `fields` is the text of a JSON object where that is cheaper to make than an object. */
  line(message: string, fields: object | string): void;
}

/** A request that was charged. */
export interface ChargedEvent {
  readonly requestId: string;
  readonly accountId: number;
  readonly surface: string;
  readonly model: string;
  readonly isStream: boolean;
  readonly outcome: string;
  readonly source: string;
  readonly attempts: number;
  readonly durationMs: number;
  readonly firstByteMs: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Base nanodollars. */
  readonly cost: bigint;
  /** The provider reported impossible counts. */
  readonly isSuspicious: boolean;
}

/** A request that was not charged. */
export interface UnchargedEvent {
  readonly requestId: string;
  readonly accountId: number | undefined;
  readonly surface: string;
  readonly status: number;
  readonly code: string;
  /** For the log only. */
  readonly internal?: string | undefined;
}

/** An attempt that failed and what it means. */
export interface AttemptEvent {
  readonly requestId: string;
  readonly host: string;
  readonly cause: string;
  readonly isRetried: boolean;
}

/** A management request that was answered. */
export interface ManagementEvent {
  readonly requestId: string;
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly accountId: number | undefined;
  readonly durationMs: number;
}

/**
 * One function per business event: its log line, its metrics and their attributes are written down
 * in one place, so that they cannot drift apart.
 */
export interface Events {
  charged(event: ChargedEvent): void;
  uncharged(event: UnchargedEvent): void;
  /** A request that was turned away before anything was known of it. */
  rejected(surface: string, reason: unknown): void;
  attemptFailed(event: AttemptEvent): void;
  managed(event: ManagementEvent): void;
  /** Something that must not happen; the one event that always needs a person. */
  unexpected(error: unknown, where: string): void;
  /** Access lines on or off (`LogEnable`); everything else is logged in any case. */
  setAccessLog(isOn: boolean): void;
}

/** The fields of a charged request as JSON; stringifying an object of them takes three times as long. */
function chargedFields(event: ChargedEvent): string {
  return (
    `{"requestId":"${event.requestId}","accountId":${event.accountId},"surface":"${event.surface}"` +
    `,"model":${JSON.stringify(event.model)},"isStream":${event.isStream}` +
    `,"outcome":"${event.outcome}","source":"${event.source}","attempts":${event.attempts}` +
    `,"durationMs":${event.durationMs},"firstByteMs":${event.firstByteMs}` +
    `,"inputTokens":${event.inputTokens},"outputTokens":${event.outputTokens}` +
    `,"cost":"${event.cost}","isSuspicious":${event.isSuspicious}}`
  );
}

/** Whether a failure is what the configuration asks for, however its status looks. */
function isPolicy(code: string): boolean {
  const spec = Object.entries(errorCatalog).find(([name]) => name === code)?.[1];
  return spec?.fault === 'policy';
}

const INPUT = ['input'] as const;
const OUTPUT = ['output'] as const;
const NO_LABELS = [] as const;

/** Events written to a log, an access log and metrics. */
export function createEvents(log: Log, access: AccessLog, metrics: Metrics): Events {
  const requests = metrics.counter('meridian_requests_total', 'Requests by how they ended.', [
    'surface',
    'outcome',
  ]);
  const tokens = metrics.counter('meridian_tokens_total', 'Tokens charged.', ['direction']);
  const spent = metrics.counter('meridian_charged_dollars_total', 'Base dollars charged.', []);
  const duration = metrics.histogram(
    'meridian_request_seconds',
    'Time from the request to its last byte.',
    ['surface'],
  );
  const firstByte = metrics.histogram(
    'meridian_first_byte_seconds',
    'Time from the request to the first streamed byte.',
    ['surface'],
  );
  const attempts = metrics.counter('meridian_attempt_failures_total', 'Failed upstream attempts.', [
    'cause',
  ]);
  const management = metrics.counter('meridian_management_requests_total', 'Management requests.', [
    'route',
    'status',
  ]);
  const unexpected = metrics.counter('meridian_unexpected_errors_total', 'Errors of our own.', [
    'where',
  ]);
  let hasAccessLog = true;

  return {
    charged(event) {
      requests.add([event.surface, event.outcome]);
      tokens.add(INPUT, event.inputTokens);
      tokens.add(OUTPUT, event.outputTokens);
      spent.add(NO_LABELS, Number(event.cost) / 1e9);
      duration.observe([event.surface], event.durationMs / 1000);
      if (event.firstByteMs !== null) {
        firstByte.observe([event.surface], event.firstByteMs / 1000);
      }
      if (event.isSuspicious)
        log.warn({ ...event, cost: String(event.cost) }, 'impossible usage figures were corrected');
      if (hasAccessLog) access.line('request charged', chargedFields(event));
    },
    uncharged(event) {
      requests.add([event.surface, event.code]);
      if (event.status >= 500 && !isPolicy(event.code)) log.error(event, 'request failed');
      else if (hasAccessLog) access.line('request not charged', event);
    },
    rejected(surface, reason) {
      const code = isFailure(reason) ? reason.code : 'server_error';
      requests.add([surface, code]);
      if (!isFailure(reason)) this.unexpected(reason, surface);
      else if (hasAccessLog) access.line('request rejected', { surface, code });
    },
    attemptFailed(event) {
      attempts.add([event.cause]);
      log.warn(event, 'attempt failed');
    },
    managed(event) {
      management.add([event.route, String(event.status)]);
      if (hasAccessLog) access.line('management request', event);
    },
    unexpected(error, where) {
      unexpected.add([where]);
      log.error({ err: error, where }, 'unexpected error');
    },
    setAccessLog(isOn) {
      hasAccessLog = isOn;
    },
  };
}
