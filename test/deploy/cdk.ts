import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../infra/environments.ts';
import { run } from './command.ts';
import { leaveOutRefused } from './left-out.ts';
import { callQuery } from './query-api.ts';
import { account, region, type Server } from './server.ts';

const project = join(import.meta.dirname, '../..');
const program = join(project, 'node_modules/.bin/cdk');
/** As many as there are environments: the stacks of one go one after the other. */
const atOnce = ['--concurrency', '3'];

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
  /** Named stacks, and those that they depend on; left out: all. */
  deploy(...stacks: readonly string[]): Promise<Deployed>;
  /** Those of its stacks that there are, also where they are protected from deletion. */
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
  const close = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', close);
  const call = (args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = project) =>
    run(program, [...args, '--no-notices'], { cwd, env: { ...server.env, ...env } });
  async function deploy(assembly: string, stacks: readonly string[]): Promise<Deployed> {
    const file = join(assembly, 'outputs.json');
    const which = stacks.length > 0 ? stacks : ['--all'];
    const asked = [...which, '--require-approval', 'never', '--progress', 'events', ...atOnce];
    const { output, errors } = await call(['deploy', '-a', assembly, ...asked, '--outputs-file', file]);
    const unchanged = [...`${output}${errors}`.matchAll(/✅\s+(\S+) \(no changes\)/g)].map(([, stack = '']) => stack);
    return { outputs: JSON.parse(readFileSync(file, 'utf8')), unchanged };
  }
  async function synth({ variables, environment, app }: Synthesis): Promise<Assembly> {
    const output = mkdtempSync(join(folder, 'cdk.out-'));
    const chosen = environment === undefined ? [] : ['-c', `environment=${environment}`];
    const instead = app === undefined ? [] : ['--app', `node ${app}`];
    await call(['synth', '--quiet', '--output', output, ...chosen, ...instead], variables);
    const templates = templatesIn(output);
    leaveOutRefused(output);
    return {
      templates,
      deploy: (...stacks) => deploy(output, stacks),
      async destroy() {
        await unprotect(server);
        await call(['destroy', '-a', output, '--all', '--force', ...atOnce]);
      },
    };
  }
  let last: Promise<unknown> = Promise.resolve();
  return {
    /** One after the other: all build in one folder. */
    synth(asked: Synthesis): Promise<Assembly> {
      const synthesised = last.then(() => synth(asked));
      last = synthesised.catch(() => undefined);
      return synthesised;
    },
    /** Elsewhere: in the project it would synthesise an assembly of its own. */
    bootstrap: async () => void (await call(['bootstrap', `aws://${account}/${region}`], {}, folder)),
    close,
  };
}

const templatesIn = (folder: string): Readonly<Record<string, Template>> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => [file.replace('.template.json', ''), JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
  );

/** Every stack, as docs/operations.md has it done for one. */
async function unprotect(server: Server): Promise<void> {
  const stacks = (await callQuery(server, 'cloudformation', 'DescribeStacks', {}))('StackName');
  const asked = { EnableTerminationProtection: 'false' };
  await Promise.all(
    stacks.map((StackName) =>
      callQuery(server, 'cloudformation', 'UpdateTerminationProtection', { StackName, ...asked }),
    ),
  );
}
