import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../infra/environments.ts';
import { run } from './command.ts';
import { leaveOutRefused } from './left-out.ts';
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

export interface Synthesis {
  /** Of the deployer's environment, as `npm run synth` takes them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Undefined: all. */
  readonly environment?: Environment;
  /** The program instead of `infra/app.ts`. */
  readonly app?: string;
}

/** A synthesised cloud assembly. */
export interface Assembly {
  /** By the names of the stacks. */
  readonly templates: Readonly<Record<string, Template>>;
  bootstrap(): Promise<void>;
  deploy(): Promise<Deployed>;
  /** Also stacks that are protected from deletion: a deployment takes the protection away first. */
  destroy(): Promise<void>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties depend on the type
  readonly Properties?: any;
  readonly UpdatePolicy?: { readonly CodeDeployLambdaAliasUpdate?: object };
}

/** The CDK's own program against the server. */
export function cdkOf(server: Server) {
  const folder = mkdtempSync(join(tmpdir(), 'astake-cdk-'));
  const close = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', close);
  const call = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    run(program, [...args, '--no-notices'], { cwd: project, env: { ...server.env, ...env } });
  async function deploy(assembly: string): Promise<Deployed> {
    const file = join(assembly, 'outputs.json');
    const asked = ['--all', '--require-approval', 'never', '--concurrency', '3', '--progress', 'events'];
    const { output, errors } = await call(['deploy', '-a', assembly, ...asked, '--outputs-file', file]);
    const unchanged = [...`${output}${errors}`.matchAll(/✅\s+(\S+) \(no changes\)/g)].map(([, stack = '']) => stack);
    return { outputs: JSON.parse(readFileSync(file, 'utf8')), unchanged };
  }
  return {
    async synth({ variables, environment, app }: Synthesis): Promise<Assembly> {
      const output = mkdtempSync(join(folder, 'cdk.out-'));
      const chosen = environment === undefined ? [] : ['-c', `environment=${environment}`];
      const instead = app === undefined ? [] : ['--app', `node ${app}`];
      await call(['synth', '--quiet', '--output', output, ...chosen, ...instead], variables);
      const templates = templatesIn(output);
      leaveOutRefused(output);
      return {
        templates,
        deploy: () => deploy(output),
        // Without an assembly it would synthesise one of its own.
        bootstrap: async () => void (await call(['bootstrap', '-a', output, `aws://${account}/${region}`])),
        async destroy() {
          unprotect(join(output, 'manifest.json'));
          await deploy(output);
          await call(['destroy', '-a', output, '--all', '--force']);
        },
      };
    },
    close,
  };
}

const templatesIn = (folder: string): Readonly<Record<string, Template>> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => [file.replace('.template.json', ''), JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
  );
/** In the cloud assembly. */
function unprotect(manifest: string): void {
  const assembly = JSON.parse(readFileSync(manifest, 'utf8'));
  for (const { properties } of Object.values<{ properties?: { terminationProtection?: boolean } }>(assembly.artifacts))
    delete properties?.terminationProtection;
  writeFileSync(manifest, JSON.stringify(assembly));
}
