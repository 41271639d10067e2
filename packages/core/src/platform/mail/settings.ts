import { Secret } from '../../kernel/index.ts';

/** How an owner’s mails leave. */
export interface MailSettings {
  /** Host name or address of the SMTP server. */
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on port 465, else STARTTLS, without which nothing is sent. */
  readonly hasTls: boolean;
  readonly from: string;
  readonly auth: { readonly user: string; readonly password: Secret } | undefined;
}

/** The port for submission with STARTTLS, RFC 6409. */
const SUBMISSION_PORT = 587;
const PORT_MAX = 65_535;

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Reads an owner’s stored settings; undefined where they name no server or no sender. Pure. */
export function readMailSettings(
  stored: Readonly<Record<string, unknown>>,
): MailSettings | undefined {
  const host = text(stored.EMAIL_SMTP);
  const user = text(stored.EMAIL_AUTH);
  const from = text(stored.XAI_MAIL) ?? (user?.includes('@') ? user : undefined);
  if (host === undefined || from === undefined) return undefined;
  const port = Number(stored.EMAIL_PORT ?? SUBMISSION_PORT);
  const password = text(stored.EMAIL_PASS);
  return {
    host,
    port: Number.isInteger(port) && port > 0 && port <= PORT_MAX ? port : SUBMISSION_PORT,
    hasTls: String(stored.EMAIL_TLS ?? true) !== 'false',
    from,
    auth: user && password ? { user, password: new Secret(password) } : undefined,
  };
}
