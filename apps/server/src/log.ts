import type { AccessLog, Log } from '@meridian/core/telemetry';
import { destination, type Logger, pino, stdSerializers } from 'pino';
import type { LogLevel } from './config.ts';

/** The logs of a process; everything is written by the time `flush` returns. */
export interface ProcessLogs {
  readonly log: Log;
  readonly access: AccessLog;
  flush(): void;
}

const STANDARD_ERROR = 2;
const BLOCK_BYTES = 8 * 1024;
const FLUSH_INTERVAL_MS = 500;
/** Access lines are handed over in blocks: one by one they would cost more than their making. */
const ACCESS_LINES_MAX = 256;

/**
 * Structured lines on standard error (standard output is for what a person starts the process for).
 * Written asynchronously and in blocks: a slow terminal must not stall a stream.
 */
export function createLogs(level: LogLevel): ProcessLogs {
  const target = destination({
    dest: STANDARD_ERROR,
    sync: false,
    minLength: BLOCK_BYTES,
    periodicFlush: FLUSH_INTERVAL_MS,
  });
  const logger: Logger = pino(
    { level, base: null, serializers: { err: stdSerializers.errWithCause } },
    target,
  );
  const access = createAccessLog(logger.isLevelEnabled('info'), (text) => target.write(text));
  return {
    log: {
      debug: (fields, message) => logger.debug(fields, message),
      info: (fields, message) => logger.info(fields, message),
      warn: (fields, message) => logger.warn(fields, message),
      error: (fields, message) => logger.error(fields, message),
    },
    access,
    flush() {
      access.flush();
      target.flushSync();
    },
  };
}

function createAccessLog(
  isOn: boolean,
  write: (text: string) => void,
): AccessLog & { flush(): void } {
  const level = pino.levels.values.info ?? 0;
  let lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length > 0) write(`${lines.join('\n')}\n`);
    lines = [];
  }

  return {
    flush,
    line(message, fields) {
      if (!isOn) return;
      const rest = typeof fields === 'string' ? fields : JSON.stringify(fields);
      const comma = rest === '{}' ? '' : ',';
      lines.push(
        `{"level":${level},"time":${Date.now()},"msg":"${message}"${comma}${rest.slice(1)}`,
      );
      if (lines.length >= ACCESS_LINES_MAX) flush();
      else timer ??= setTimeout(flush, FLUSH_INTERVAL_MS).unref();
    },
  };
}
