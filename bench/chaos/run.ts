// `npm run chaos`: nodes, keys and servers fail on a schedule while clients ask; see --help.
import { writeFileSync } from 'node:fs';
import { runChaos } from './chaos.ts';
import { helpText, readOptions } from './options.ts';
import { describeRun, failuresOf, problemsOf } from './report.ts';

const options = readOptions(process.argv.slice(2));
if (options === 'help') {
  console.log(helpText);
} else {
  const result = await runChaos(options);
  const report = describeRun(options, result);
  console.log(report);
  const problems = problemsOf(result);
  for (const line of [...failuresOf(result), ...problems]) console.error(line);
  if (options.report !== undefined) writeFileSync(options.report, report);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
