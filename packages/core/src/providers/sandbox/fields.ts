import { WireRefusal } from './refusal.ts';

/** The fields of a request. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a JSON body; undefined where it is no object. */
export function parseFields(body: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The refusal of a model that a path does not have. */
export function noSuchModel(model: unknown, path: string): WireRefusal {
  const message = `The model '${String(model)}' does not exist at ${path} of the sandbox.`;
  return new WireRefusal(404, 'model_not_found', message, 'model');
}
