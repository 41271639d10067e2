/** What a mail is about, with its figures; amounts are shown dollars as text, days YYYY-MM-DD. */
export type MailCause =
  | { readonly cause: 'soft_limit' | 'hard_limit'; readonly spent: string; readonly limit: string }
  | { readonly cause: 'low_balance'; readonly balance: string; readonly threshold: string }
  | { readonly cause: 'credit_expiring'; readonly amount: string; readonly day: string }
  | { readonly cause: 'key_rotated'; readonly at: string; readonly address: string | null }
  | { readonly cause: 'account_created' }
  | {
      readonly cause: 'weekly_summary' | 'monthly_summary';
      readonly from: string;
      readonly to: string;
      readonly requests: number;
      readonly cost: string;
    }
  | { readonly cause: 'test' };

/** Whom a mail is to. */
export interface MailReader {
  readonly accountId: number;
  readonly name: string;
  /** How clients reach the service; undefined where that is not known. */
  readonly url: string | undefined;
}

/** The words of a mail. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
}

type Words = readonly [subject: string, ...paragraphs: string[]];

type LimitCause = Extract<MailCause, { readonly limit: string }>;

function limitWords(name: string, { cause, spent, limit }: LimitCause): Words {
  const used = `Your account ${name} has used $${spent} this month.`;
  if (cause === 'soft_limit') {
    return [
      `${name}: this month’s usage has passed $${limit}`,
      used,
      `That is above your soft limit of $${limit}. Nothing is blocked; this is the only reminder this month.`,
    ];
  }
  return [
    `${name}: the monthly limit of $${limit} is reached`,
    used,
    `Your hard limit is $${limit}: requests that would go beyond it are refused until the month ends (UTC) or the limit is raised.`,
  ];
}

function wordsOf(name: string, about: MailCause): Words {
  switch (about.cause) {
    case 'soft_limit':
    case 'hard_limit':
      return limitWords(name, about);
    case 'low_balance':
      return [
        `${name}: the balance is low`,
        `Your account ${name} has $${about.balance} left, which is below $${about.threshold}.`,
        'Requests are refused when it is used up; please have it recharged.',
      ];
    case 'credit_expiring':
      return [
        `${name}: credit of $${about.amount} expires soon`,
        `Of your balance, $${about.amount} expires by ${about.day} (UTC). What is not used by then is forfeited.`,
      ];
    case 'key_rotated':
      return [
        `${name}: the secret key was replaced`,
        `The secret key of your account ${name} was replaced on ${about.at} (UTC)${about.address === null ? '' : ` from ${about.address}`}.`,
        'If that was neither you nor somebody who manages your account, have it disabled at once.',
      ];
    case 'account_created':
      return [
        `Your account ${name} is ready`,
        `An account was made for you: ${name}.`,
        'Whoever made it has its secret key and gives it to you; no mail will ever carry it.',
      ];
    case 'weekly_summary':
    case 'monthly_summary': {
      const span = about.cause === 'weekly_summary' ? 'week' : 'month';
      return [
        `${name}: your ${span} from ${about.from} to ${about.to}`,
        `From ${about.from} to ${about.to} (UTC) your account ${name} made ${about.requests} requests for $${about.cost}.`,
      ];
    }
    case 'test':
      return ['A test of your mail settings', 'This mail arrived, so your mail settings work.'];
  }
}

/** Writes a mail. Pure. */
export function composeMail({ name, accountId, url }: MailReader, about: MailCause): MailText {
  const [subject, ...paragraphs] = wordsOf(name, about);
  const signature = `Account ${accountId}${url === undefined ? '' : ` at ${url}`}`;
  return { subject, text: `${[`Hello ${name},`, ...paragraphs, signature].join('\n\n')}\n` };
}
