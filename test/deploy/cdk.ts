import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';
import { account, region, type Server } from './server.ts';

const project = join(import.meta.dirname, '../..');
const program = join(project, 'node_modules/.bin/cdk');

/** By the names of the stacks, then by the names of the outputs. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Deployed {
  readonly outputs: Outputs;
  /** The stacks that had no change. */
  readonly unchanged: readonly string[];
}

/** The CDK's own program against the server, with a cloud assembly of its own. */
export function cdkOf(server: Server) {
  const folder = mkdtempSync(join(tmpdir(), 'astake-cdk-'));
  const assembly = join(folder, 'cdk.out');
  const call = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    run(program, [...args, '--no-notices'], { cwd: project, env: { ...server.env, ...env } });
  return {
    /** Synthesises with these variables of the deployer's environment, as `npm run synth` does. */
    async synth(deployEnv: Readonly<Record<string, string>>): Promise<void> {
      rmSync(assembly, { recursive: true, force: true });
      await call(['synth', '--quiet', '--output', assembly], deployEnv);
    },
    bootstrap: () => call(['bootstrap', '-a', assembly, `aws://${account}/${region}`]),
    async deploy(): Promise<Deployed> {
      const file = join(folder, 'outputs.json');
      const asked = ['--all', '--require-approval', 'never', '--concurrency', '3', '--progress', 'events'];
      const { output, errors } = await call(['deploy', '-a', assembly, ...asked, '--outputs-file', file]);
      const unchanged = [...`${output}${errors}`.matchAll(/✅\s+(\S+) \(no changes\)/g)].map(([, stack = '']) => stack);
      return { outputs: JSON.parse(readFileSync(file, 'utf8')), unchanged };
    },
    destroy: () => call(['destroy', '-a', assembly, '--all', '--force']),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
