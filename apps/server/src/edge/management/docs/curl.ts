import {
  bodyOf,
  type DocumentView,
  needsKey,
  type OperationView,
  parametersOf,
} from './document-view.ts';

/** Text in examples that the page's script replaces by its own origin. */
const ORIGIN = 'http://127.0.0.1:8080';

/** A command line that makes the call, ready to paste once `MERIDIAN_KEY` is set. */
export function curlOf(view: DocumentView, operation: OperationView): string {
  const [type, media] = bodyOf(operation) ?? [];
  const body = media?.example;
  const implied = body === undefined ? 'GET' : 'POST';
  const method = operation.method === implied ? '' : `-X ${operation.method} `;
  const lines = [`curl ${method}${ORIGIN}${examplePath(view, operation)}`];
  if (needsKey(operation)) lines.push('-H "Authorization: Bearer $MERIDIAN_KEY"');
  if (body !== undefined && type === 'multipart/form-data') lines.push(...formFields(body));
  else if (body !== undefined) {
    lines.push('-H "Content-Type: application/json"', `-d ${shellQuote(body)}`);
  }
  return lines.join(' \\\n  ');
}

function examplePath(view: DocumentView, operation: OperationView): string {
  const parameters = parametersOf(view, operation);
  return operation.path.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const parameter = parameters.find((candidate) => candidate.name === name);
    return String(parameter?.schema.examples?.[0] ?? whole);
  });
}

/** A file is given as `@` and its name, which is how curl takes it. */
function formFields(body: unknown): string[] {
  return Object.entries(body as object).map(
    ([name, value]) => `-F ${quoted(`${name}=${String(value)}`)}`,
  );
}

function shellQuote(body: unknown): string {
  return quoted(JSON.stringify(body, null, 2).replaceAll('\n', '\n  '));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
