import { DURABILITY_NOTICE } from '../compose/readiness.ts';
import type { StartedServer } from '../compose/start-server.ts';
import type { Config } from '../config.ts';

function upstreamLines({ found, hasSandbox }: StartedServer): string[] {
  const { variables, localServers } = found;
  const lines: string[] = [];
  if (variables.length > 0) {
    lines.push(`Provider keys from the environment serve at level 1: ${variables.join(', ')}.`);
  }
  for (const { url, models } of localServers) {
    lines.push(`Found a model server at ${url} with ${models.length} models; they cost nothing.`);
  }
  if (hasSandbox) {
    lines.push(
      `The sandbox serves models named sandbox-*: made-up answers over the real protocol, no account needed.`,
    );
  }
  return lines;
}

function rootLines({ rootKey, url, exampleModel }: StartedServer, config: Config): string[] {
  if (!rootKey) return [];
  // A key that was preset is known; a terminal's history is no place for it.
  const isPreset = config.rootKey !== undefined;
  const key = isPreset ? '$MERIDIAN_ROOT_KEY' : rootKey.reveal();
  const body = `{"model":"${exampleModel ?? 'MODEL'}","messages":[{"role":"user","content":"Hello"}]}`;
  return [
    isPreset
      ? "Root's key is the one that MERIDIAN_ROOT_KEY presets."
      : `Root's key, shown this once: ${key}`,
    '',
    exampleModel ? 'Try it:' : 'Try it with a model that your provider knows in place of MODEL:',
    `  curl ${url}/v1/chat/completions -H "Authorization: Bearer ${key}" \\`,
    `    -H "Content-Type: application/json" -d '${body}'`,
  ];
}

/** What a person is told when the server is up: where answers come from, and how to ask. */
export function startText(started: StartedServer, config: Config): string {
  const notice = config.databaseUrl ? [] : [DURABILITY_NOTICE];
  const blocks = [upstreamLines(started), rootLines(started, config), notice];
  const text = blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return text === '' ? '' : `${text}\n\n`;
}
