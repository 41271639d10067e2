import { isIP } from 'node:net';
import type { OwnerSettingName } from '@meridian/contract';
import { parseEmail } from '@meridian/core/accounts';
import { invalid } from '@meridian/core/kernel';
import type { Setting, Write } from './setting.ts';

/** Stands for a secret that is there; written back, it changes nothing. */
const SECRET_MASK = '***';

const HOST =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
const PORT_MAX = 65_535;

type Check = (text: string, param: string) => unknown;

/** A setting written as text; an empty one takes it away. */
function textSetting(check: Check): Setting {
  return {
    replace: ({ written, param }) => {
      const text = String(written).trim();
      return text === '' ? undefined : check(text, param);
    },
    show: (stored) => stored ?? '',
    text: (stored) => String(stored ?? ''),
  };
}

function hostName(text: string, param: string): string {
  if (isIP(text) !== 0 || HOST.test(text)) return text;
  throw invalid(param, `${param}: not a host name or an address.`);
}

function portNumber(text: string, param: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= PORT_MAX) return port;
  throw invalid(param, `${param}: not a port from 1 to ${PORT_MAX}.`);
}

function oneLine(text: string, param: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would end a command of SMTP.
  if (!/[\x00-\x1f\x7f]/.test(text)) return text;
  throw invalid(param, `${param}: control characters are not allowed.`);
}

const password: Setting = {
  replace: ({ stored, written, param }: Write) => {
    if (written === SECRET_MASK) return stored;
    return written === '' ? undefined : oneLine(String(written), param);
  },
  show: (stored) => (stored === undefined ? '' : SECRET_MASK),
  text: (stored) => (stored === undefined ? '' : SECRET_MASK),
};

const flag: Setting = {
  replace: ({ written }) => written === true || written === 'true',
  show: (stored) => stored === true,
  text: (stored) => String(stored === true),
};

/** How the settings of an owner's mail server are written and shown. */
export const MAIL_SETTINGS = {
  XAI_MAIL: textSetting((text, param) => parseEmail(param, text)),
  EMAIL_SMTP: textSetting(hostName),
  EMAIL_PORT: textSetting(portNumber),
  EMAIL_AUTH: textSetting(oneLine),
  EMAIL_PASS: password,
  EMAIL_TLS: flag,
} as const satisfies Partial<Record<OwnerSettingName, Setting>>;
