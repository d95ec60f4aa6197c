/**
 * `npm run deploy:check` deploys every stack to an AWS-compatible server on this machine, uses what was deployed, changes it, and
 * destroys it; `npm run deploy:check -- dev` uses one environment only.
 * With `--grants` every grant is taken away, with `--grants=2/3` the second of three parts of them. Nothing leaves the machine but what pip installs, once.
 * Exit status: 0, it holds, or there is no Python.
 */

import { environmentNames } from '../../infra/environments.ts';
import { check } from './check.ts';
import type { WhichGrants } from './check-grants.ts';
import { CheckFailed } from './check-use.ts';
import { CommandFailed } from './command.ts';
import { pythonPrograms } from './python.ts';

const args = process.argv.slice(2);
const chosen = environmentNames.filter((name) => args.includes(name));
const others = args.filter((arg) => !chosen.some((name) => name === arg));

/** `--grants`: all of them; `--grants=2/3`: the second of three parts. */
function grantsIn([first, ...more]: readonly string[]): WhichGrants {
  if (first === undefined) return { sample: 10 };
  const [known, part = '1', of = '1'] = /^--grants(?:=(\d)\/(\d))?$/.exec(first) ?? [];
  const which = { part: Number(part), of: Number(of) };
  if (known === undefined || more.length > 0 || which.part < 1 || which.part > which.of)
    throw new CheckFailed(
      `unknown: ${others.join(' ')}; known: ${environmentNames.join(', ')}, --grants, --grants=1/2`,
    );
  return which;
}

process.once('SIGINT', () => process.exit(130));
try {
  const grants = grantsIn(others);
  const programs = await pythonPrograms('requirements.txt');
  if (programs === undefined) console.log('skipped: deploy:check needs Python 3.10 or later, with venv and pip');
  else {
    await check({
      programs,
      environments: chosen.length > 0 ? chosen : environmentNames,
      grants,
    });
  }
} catch (error) {
  process.exitCode = 1;
  if (error instanceof CheckFailed || error instanceof CommandFailed) {
    console.error(`failed: ${error.message}`);
    for (const line of error.log) console.error(`  ${line}`);
  } else console.error('failed:', error);
}
