import type { ZodError } from 'zod';

/** A refusal in the shape of OpenAI's API. */
export class WireRefusal {
  readonly status: number;
  readonly error: {
    readonly message: string;
    readonly type: 'invalid_request_error';
    readonly param: string | null;
    readonly code: string | null;
  };

  constructor(status: number, code: string | null, message: string, param: string | null = null) {
    this.status = status;
    this.error = { message, type: 'invalid_request_error', param, code };
  }

  body(): Buffer {
    return Buffer.from(JSON.stringify({ error: this.error }));
  }
}

/** A 400 about one parameter. */
export function refuse(code: string, param: string, message: string): WireRefusal {
  return new WireRefusal(400, code, message, param);
}

type Issue = ZodError['issues'][number];

/** Numbers that are whole; the others are decimals, which the codes tell apart. */
const WHOLE_FIELDS = /(^n|_tokens|_logprobs|seed)$/;

/** The refusal for a body that has not the wire shape: about its first fault, innermost first. */
export function shapeRefusal(error: ZodError): WireRefusal {
  const [issue] = error.issues;
  if (!issue) return new WireRefusal(400, null, 'The request is not valid.');
  const { path, inner } = innermost(issue);
  // A known type that is refused as unknown: its other fields are wrong, so the whole part is named.
  const isWholePart = inner.code === 'custom' && path.at(-1) === 'type';
  const param = paramOf(isWholePart ? path.slice(0, -1) : path);
  const isMissing = inner.input === undefined && MISSING_CODES.has(inner.code);
  if (isMissing) {
    return refuse('missing_required_parameter', param, `Missing required parameter: '${param}'.`);
  }
  return refuse(codeOf(inner, param), param, `Invalid value for '${param}': ${inner.message}.`);
}

const MISSING_CODES: ReadonlySet<string> = new Set(['invalid_type', 'invalid_union']);

interface Located {
  readonly path: readonly PropertyKey[];
  readonly inner: Issue;
}

/** Of the branches of a union, the one that the value came furthest in tells what is wrong. */
function innermost(issue: Issue, base: readonly PropertyKey[] = []): Located {
  const path = [...base, ...issue.path];
  if (issue.code !== 'invalid_union') return { path, inner: issue };
  const located = issue.errors.flatMap(([first]) => (first ? [innermost(first, path)] : []));
  // A branch that fails at its `type` is another kind of thing; one that fails beyond it was meant.
  const depth = ({ path: at }: Located): number => at.length - (at.at(-1) === 'type' ? 0.5 : 0);
  const [deepest] = located.sort((a, b) => depth(b) - depth(a));
  return deepest && deepest.path.length > path.length ? deepest : { path, inner: issue };
}

function codeOf(issue: Issue, param: string): string {
  switch (issue.code) {
    case 'invalid_type':
      return 'invalid_type';
    case 'too_small':
      return rangeCode(issue.origin, param, 'below_min');
    case 'too_big':
      return rangeCode(issue.origin, param, 'above_max');
    default:
      return 'invalid_value';
  }
}

function rangeCode(origin: string, param: string, side: 'below_min' | 'above_max'): string {
  switch (origin) {
    case 'number':
      return `${WHOLE_FIELDS.test(param) ? 'integer' : 'decimal'}_${side}_value`;
    case 'array':
      return side === 'below_min' ? 'empty_array' : `array_${side}_length`;
    default:
      return `string_${side}_length`;
  }
}

function paramOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) =>
      typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`,
    )
    .join('');
}
