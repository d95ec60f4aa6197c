import { join } from 'node:path';
import type { Environment } from '../../infra/environments.ts';
import { run } from './command.ts';
import type { Server } from './server.ts';

const program = join(import.meta.dirname, '../../infra/keys.ts');
export const firstKeyName = 'check';
const roles = ['reader', 'writer', 'auditor', 'operator'].flatMap((role) => ['--role', role]);

/** The first key of a deployment, as docs/operations.md has it made: in the table, with AWS credentials. */
export async function firstKey(server: Server, environment: Environment): Promise<string> {
  const args = [program, 'create', '--direct', '--json', '--name', firstKeyName, ...roles, '--application', 'check'];
  const { output } = await run(process.execPath, args, { env: { ...server.env, ASTAKE_ENVIRONMENT: environment } });
  return JSON.parse(output).key;
}
