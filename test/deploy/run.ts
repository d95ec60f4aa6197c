/**
 * `npm run deploy:check` deploys every stack to an AWS-compatible server on this machine, uses what was deployed, changes it, and
 * destroys it; `npm run deploy:check -- dev` uses one environment only. Nothing leaves the machine but what pip installs, once.
 * Exit status: 0, it holds, or there is no Python.
 */

import { environmentNames } from '../../infra/environments.ts';
import { check } from './check.ts';
import { CheckFailed } from './check-use.ts';
import { CommandFailed } from './command.ts';
import { pythonPrograms } from './python.ts';

const known = [...environmentNames, '--grants'];
const args = process.argv.slice(2);
const unknown = args.filter((arg) => !known.includes(arg));
const chosen = environmentNames.filter((name) => args.includes(name));

process.once('SIGINT', () => process.exit(130));
try {
  if (unknown.length > 0) throw new CheckFailed(`unknown: ${unknown.join(', ')}; known: ${known.join(', ')}`);
  const programs = await pythonPrograms('requirements.txt');
  if (programs === undefined) console.log('skipped: deploy:check needs Python 3.10 or later, with venv and pip');
  else {
    await check({
      programs,
      environments: chosen.length > 0 ? chosen : environmentNames,
      sample: args.includes('--grants') ? undefined : 10,
    });
  }
} catch (error) {
  process.exitCode = 1;
  if (error instanceof CheckFailed || error instanceof CommandFailed) {
    console.error(`failed: ${error.message}`);
    for (const line of error.log) console.error(`  ${line}`);
  } else console.error('failed:', error);
}
