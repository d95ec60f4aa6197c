import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { outcomeOf, run } from './command.ts';

const folder = join(import.meta.dirname, '../../dist/python');
const oldest = [3, 10] as const;

/** The folder of the programs in a file next to this one, installed in a virtual environment; undefined where there is no Python for it. */
export async function pythonPrograms(
  requirements: 'requirements.txt' | 'lint-requirements.txt',
): Promise<string | undefined> {
  const programs = join(folder, 'bin');
  if (!existsSync(join(programs, 'python3'))) {
    if (!(await isNewEnough())) return undefined;
    await run('python3', ['-m', 'venv', folder]);
  }
  await run(join(programs, 'python3'), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    join(import.meta.dirname, requirements),
  ]);
  return programs;
}

/** `-m venv` is a package of its own on some systems. */
async function isNewEnough(): Promise<boolean> {
  const test = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${oldest.join(', ')}))`;
  return outcomeOf('python3', ['-c', test]).then(
    ({ status }) => status === 0,
    () => false,
  );
}
