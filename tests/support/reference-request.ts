import type { BodySpec } from '@meridian/contract';
import { tinyPng } from '@meridian/testkit';
import { wavOf } from './audio.ts';

const SANDBOX_MODEL = /sandbox-[a-z]+/;
/** The content type of uploads. */
export const FORM_TYPE = 'multipart/form-data';

/** The path of an example: a parameter takes the model that the example is about. */
export function examplePath(path: string, example: unknown): string {
  const [model = 'sandbox-chat'] = SANDBOX_MODEL.exec(JSON.stringify(example)) ?? [];
  const embeds = path.includes('mbedContent');
  return path.replace('{model}', embeds ? 'sandbox-embedding' : model);
}

/** The body as it is sent; `@name` in a form stands for a file of that name. */
export function exampleBody({ example, contentType }: BodySpec): FormData | string {
  if (contentType !== FORM_TYPE) return JSON.stringify(example);
  const form = new FormData();
  for (const [name, value] of Object.entries(example as Record<string, unknown>)) {
    const text = String(value);
    if (text.startsWith('@')) form.append(name, fileOf(text.slice(1)), text.slice(1));
    else form.append(name, text);
  }
  return form;
}

function fileOf(name: string): Blob {
  return new Blob([name.endsWith('.wav') ? wavOf(2) : tinyPng()]);
}
