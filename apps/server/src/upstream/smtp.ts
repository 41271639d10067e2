import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { UnrepeatableError } from '@meridian/core/jobs';
import type { SendMail } from '@meridian/core/platform';
import { createTransport } from 'nodemailer';
import { isPublicAddress } from './guarded-connector.ts';

const IMPLICIT_TLS_PORT = 465;
const CONNECT_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 30_000;
/** Replies of 5xx to the recipient or the message: the server will say the same again. */
const PERMANENT_CODE_MIN = 500;
const PERMANENT_STAGES: ReadonlySet<string> = new Set(['EENVELOPE', 'EMESSAGE']);

/** How mails are handed over. */
export interface SmtpOptions {
  /** Certificates of authorities to be trusted besides, PEM. */
  readonly authorities?: string;
}

/** The address to connect to; throws where the name leads to none that may be reached. */
async function resolve(host: string, mayReachPrivate: boolean): Promise<string> {
  const found = isIP(host) === 0 ? await lookup(host, { all: true }) : [{ address: host }];
  const allowed = found.find(({ address }) => mayReachPrivate || isPublicAddress(address));
  if (allowed) return allowed.address;
  throw new UnrepeatableError(`EMAIL_SMTP: ${host} leads to an address that must not be reached`);
}

function isPermanent(error: unknown): boolean {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  return PERMANENT_STAGES.has(code ?? '') && (responseCode ?? 0) >= PERMANENT_CODE_MIN;
}

/** Hands mails to owners’ SMTP servers, one connection each. */
export function createSmtpSender({ authorities }: SmtpOptions = {}): SendMail {
  return async (settings, { from, to, subject, text, id }, mayReachPrivate) => {
    const { host, port, hasTls, auth } = settings;
    const address = await resolve(host, mayReachPrivate);
    const transport = createTransport({
      host: address,
      port,
      secure: hasTls && port === IMPLICIT_TLS_PORT,
      requireTLS: hasTls,
      ignoreTLS: !hasTls,
      tls: {
        ...(isIP(host) === 0 && { servername: host }),
        ...(authorities !== undefined && { ca: authorities }),
      },
      ...(auth && { auth: { user: auth.user, pass: auth.password.reveal() } }),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const domain = from.split('@').at(-1) ?? host;
      await transport.sendMail({
        ...{ from, to, subject, text },
        messageId: `<${id.replaceAll(/[^\w-]/g, '.')}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      if (!isPermanent(error)) throw error;
      throw new UnrepeatableError((error as Error).message, { cause: error });
    } finally {
      transport.close();
    }
  };
}
