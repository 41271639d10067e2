import assert from 'node:assert/strict';
import { type ErrorCode, errorCatalog } from '@meridian/contract';

/** The inside of the one error shape. */
export interface ShapedError {
  readonly message: string;
  readonly type: string;
  readonly code: string;
  readonly param: string | null;
  readonly status: number;
}

const MESSAGE_CHARS_MAX = 500;

/** Proves that a body is one error of the catalogue with its own status; gives its inside. */
export function assertShaped(status: number, body: string): ShapedError {
  const value = JSON.parse(body) as Record<string, unknown>;
  const error = fromAnthropic(value) ?? fromGoogle(value, status) ?? fromOwn(value, body);
  const spec = errorCatalog[error.code as ErrorCode];
  assert.ok(spec, `${error.code} is not in the catalogue`);
  assert.deepEqual([error.status, error.type], [spec.status, spec.type], body);
  assert.equal(error.status, status, body);
  assert.ok(error.message.length > 0 && error.message.length <= MESSAGE_CHARS_MAX, body);
  assert.ok(error.param === null || error.param.length > 0, body);
  return error;
}

function fromOwn(value: Record<string, unknown>, body: string): ShapedError {
  const { error, ...others } = value as { error: ShapedError };
  assert.deepEqual(others, {}, body);
  assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'param', 'status', 'type'], body);
  return error;
}

/** An error as clients of Anthropic get it; our code is in its details. */
function fromAnthropic(value: Record<string, unknown>): ShapedError | undefined {
  if (value.type !== 'error') return undefined;
  const { type, message, details } = value.error as {
    readonly type: string;
    readonly message: string;
    readonly details: { readonly error_code: ErrorCode; readonly param?: string };
  };
  assert.match(type, /^[a-z_]+$/);
  return shaped(details.error_code, message, details.param);
}

/** An error as clients of Google get it; our code is the reason in its details. */
function fromGoogle(value: Record<string, unknown>, status: number): ShapedError | undefined {
  const error = value.error as {
    readonly code: unknown;
    readonly message: string;
    readonly status: string;
    readonly details: readonly { readonly '@type': string; readonly reason?: string }[];
  };
  if (typeof error.code !== 'number') return undefined;
  assert.equal(error.code, status);
  assert.match(error.status, /^[A-Z_]+$/);
  const info = error.details.find((detail) => detail['@type'].endsWith('.ErrorInfo'));
  return shaped(String(info?.reason).toLowerCase() as ErrorCode, error.message, undefined);
}

function shaped(code: ErrorCode, message: string, param: string | undefined): ShapedError {
  const { type, status } = errorCatalog[code];
  return { code, message, type, status, param: param ?? null };
}
