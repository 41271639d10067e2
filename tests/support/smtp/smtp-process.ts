import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SmtpBehaviour } from './server.ts';

const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url));

/** The file with the certificate of the server, which signs itself. */
export const SMTP_AUTHORITY_FILE = fileURLToPath(
  new URL('./localhost-certificate.pem', import.meta.url),
);
/** What is in it. */
export const SMTP_AUTHORITY = readFileSync(SMTP_AUTHORITY_FILE, 'utf8');

/** A mail as the server took it. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly isSecure: boolean;
  readonly raw: string;
}

/** A running SMTP server. */
export interface SmtpProcess extends AsyncDisposable {
  readonly port: number;
  /** Everything taken so far. */
  readonly mails: readonly ReceivedMail[];
  /** Resolves when so many mails were taken. */
  received(count: number): Promise<void>;
}

/** Starts an SMTP server as a process of its own. */
export async function startSmtp(behaviour: SmtpBehaviour = {}): Promise<SmtpProcess> {
  const child = spawn(process.execPath, [SERVER, JSON.stringify(behaviour)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  const { port } = JSON.parse(first) as { port: number };
  const mails: ReceivedMail[] = [];
  let heard = Promise.withResolvers<void>();
  lines.on('line', (line) => {
    mails.push(JSON.parse(line) as ReceivedMail);
    heard.resolve();
    heard = Promise.withResolvers<void>();
  });
  return {
    port,
    mails,
    async received(count) {
      while (mails.length < count) await heard.promise;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
