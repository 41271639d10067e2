import { type ConfigVerb, configCommand } from './commands/config/config-command.ts';
import { resealAll } from './commands/reseal-secrets.ts';
import { serve } from './commands/serve.ts';
import { verifyLedger } from './commands/verify-ledger.ts';
import { BadConfig, environmentWith, readConfig } from './config.ts';

const USAGE = `Usage: meridian <command> [--option value …]

  serve           start the server (the default)
  ledger verify   compare the books with every balance, and the operation log with its chains
  secrets reseal  seal every secret of the database with the key MERIDIAN_NEW_ENCRYPTION_KEY; no
                  node may run meanwhile
  config export   write an owner's settings and provider keys to --file, as YAML or JSON
  config diff     tell what --file would change; exit code 1 where something differs
  config apply    tell that, and do it (--yes: without asking; --prune: delete provider keys that
                  are not in the file). --url names the server, MERIDIAN_KEY holds the owner's key

Every variable MERIDIAN_X_Y may be given as --x-y.
`;

/** Exit codes of the process. */
const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Runs one command; resolves to the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  const first = words.findIndex((word) => word.startsWith('--'));
  const command = (first < 0 ? words : words.slice(0, first)).join(' ');
  const flags = first < 0 ? [] : words.slice(first);
  if (flags.includes('--help') || command === 'help') {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  try {
    switch (command) {
      case '':
      case 'serve':
        return (await serve(readConfig(environmentWith(flags)))) ? EXIT.ok : EXIT.failed;
      case 'ledger verify':
        return (await verifyLedger(readConfig(environmentWith(flags)))) ? EXIT.ok : EXIT.failed;
      case 'secrets reseal':
        await resealAll(readConfig(environmentWith(flags)));
        return EXIT.ok;
      case 'config export':
      case 'config diff':
      case 'config apply': {
        const verb = words[1] as ConfigVerb;
        return (await configCommand(verb, flags, environmentWith([]))) ? EXIT.ok : EXIT.failed;
      }
      default:
        process.stderr.write(`Unknown command "${command}".\n\n${USAGE}`);
        return EXIT.usage;
    }
  } catch (error) {
    // One clear line: a person has to read it, and a stack trace tells them nothing.
    process.stderr.write(`meridian: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof BadConfig ? EXIT.usage : EXIT.failed;
  }
}
