import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** How the server behaves; given as JSON in its first argument. */
export interface SmtpBehaviour {
  /** Default true: offers STARTTLS. */
  readonly hasTls?: boolean;
  /** The one user; without it nobody has to say who they are. */
  readonly user?: { readonly name: string; readonly password: string };
  /** The first messages are refused for now (451). */
  readonly busyFor?: number;
  /** This recipient is refused for good (550). */
  readonly unknownRecipient?: string;
}

const behaviour = JSON.parse(process.argv[2] ?? '{}') as SmtpBehaviour;
const pem = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
let refusals = behaviour.busyFor ?? 0;

function refusal(code: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: code });
}

const server = new SMTPServer({
  key: pem('./localhost-key.pem'),
  cert: pem('./localhost-certificate.pem'),
  authOptional: behaviour.user === undefined,
  disabledCommands: [
    ...(behaviour.user === undefined ? ['AUTH'] : []),
    ...(behaviour.hasTls === false ? ['STARTTLS'] : []),
  ],
  onAuth({ username, password }, _session, done) {
    const { user } = behaviour;
    if (username === user?.name && password === user?.password)
      return done(null, { user: username });
    return done(refusal(535, 'Authentication failed'));
  },
  onRcptTo({ address }, _session, done) {
    if (address === behaviour.unknownRecipient) return done(refusal(550, 'No such mailbox'));
    return done();
  },
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (refusals-- > 0) return done(refusal(451, 'Busy, try again later'));
      const { mailFrom, rcptTo } = session.envelope;
      say({
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        isSecure: session.secure,
        raw: Buffer.concat(chunks).toString('utf8'),
      });
      return done();
    });
  },
});
server.on('error', () => undefined);
server.listen(0, '127.0.0.1', () => {
  say({ port: (server.server.address() as AddressInfo).port });
});
process.stdin.resume().on('end', () => server.close());
