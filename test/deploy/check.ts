import { join } from 'node:path';
import type { Environment } from '../../infra/environments.ts';
import { startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { embeddedRecording, recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { cdkOf } from './cdk.ts';
import { changeOneFunction } from './change.ts';
import { checkGrants, type WhichGrants } from './check-grants.ts';
import { CheckFailed, checkUse, shortOf } from './check-use.ts';
import { CommandFailed } from './command.ts';
import type { Decision } from './decisions.ts';
import { type DeployedService, serviceOf } from './deployed-service.ts';
import { checkDropped } from './dropped.ts';
import { firstKey } from './first-key.ts';
import { freshly } from './fresh.ts';
import { iamOf } from './iam.ts';
import { operatorsByIam } from './operators-by-iam.ts';
import { patiently } from './patiently.ts';
import { readersMoveNothing } from './readers-move-nothing.ts';
import { nextTables, restoreDrill } from './restore.ts';
import { startServer } from './server.ts';
import { uses } from './uses/index.ts';
import type { Deployment, Use } from './uses/use.ts';

export interface CheckOptions {
  /** The folder of Python's programs. */
  readonly programs: string;
  /** All are deployed; these are used. */
  readonly environments: readonly Environment[];
  readonly grants: WhichGrants;
}

/** Throws CheckFailed or CommandFailed. */
export async function check({ programs, environments, grants: which }: CheckOptions): Promise<void> {
  const begun = performance.now();
  const say = (text: string) =>
    console.log(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${text}`);
  const server = await startServer(programs);
  const chain = await startDevChain({ recording: embeddedRecording, height: 60 });
  const cdk = cdkOf(server);
  const services: DeployedService[] = [];
  try {
    say('the server is up');
    const variables = variablesFor(chain);
    const [assembly] = await Promise.all([cdk.synth({ variables }), cdk.bootstrap()]);
    say('synthesised, and bootstrapped');
    say(`in the templates, as this server drops it: ${checkDropped(assembly).join('; ')}`);
    // The first and the last stand for all: environments differ in names, limits and retention.
    const environment = environments.at(-1) as Environment;
    const ahead = synthesised(cdk, variables, environment);
    const { outputs } = await assembly.deploy();
    say(`deployed: ${Object.keys(outputs).join(', ')}`);
    const used: Used[] = [];
    for (const environment of environments) {
      const service = serviceOf(server, outputs, environment);
      services.push(service);
      const operator = { authorization: `Bearer ${await firstKey(server, environment)}` };
      const deployment = {
        service,
        chain,
        environment,
        operator,
        iam: iamOf(server),
        coldStart: (name: string) => server.endProcessesOf(`${name}-`),
        eventually: patiently,
      };
      used.push({ deployment, seen: new Map() });
    }
    const chosen = uses.filter(({ rare }) => !rare || 'part' in which);
    for (const each of used)
      await useAll(
        chosen.filter(({ alone }) => alone),
        each,
      );
    await Promise.all(
      used.map((each) =>
        useAll(
          chosen.filter(({ alone }) => !alone),
          each,
        ),
      ),
    );
    const again = await assembly.deploy();
    say(`deployed again: ${again.unchanged.length} stacks without changes`);
    const [first, last] = [used[0], used.at(-1)] as [Used, Used];
    const step = async (what: string, run: () => Promise<void>): Promise<void> => {
      await run().catch((error) => {
        throw error instanceof CommandFailed ? error : new CheckFailed(`${environment}: ${what}: ${shortOf(error)}`);
      });
      say(`${environment}: ${what}`);
    };
    const changing = { ...last.deployment, server };
    const change = async () => {
      if (first !== last) await freshly(last.deployment, server);
      await step('one function is changed, it answers as changed, and nothing is replaced', async () =>
        changeOneFunction({ ...changing, assembly: await ahead.changed }),
      );
      await step('what a reader may do does not move the cursor', () => readersMoveNothing(changing));
      await step('operators by IAM, as far as their policies let them', async () =>
        operatorsByIam({ ...changing, assembly: await ahead.byIam }),
      );
    };
    // Where there is one environment only, its grants are taken away before it changes.
    const grants = checkGrants({ ...first, server, which, say });
    if (first === last) await grants;
    await Promise.all([grants, change()]);
    const restored = await ahead.restored;
    await step('new tables have what was recorded at an earlier second, and nothing false is claimed', () =>
      restoreDrill({ ...changing, assembly: restored }),
    );
    await assembly.destroy();
    await restored.destroy();
    say('destroyed');
  } finally {
    for (const service of services) service.close();
    cdk.close();
    await Promise.all([chain.close(), server.close()]);
  }

  async function useAll(chosen: readonly Use[], { deployment, seen }: Used): Promise<void> {
    for (const use of chosen) {
      seen.set(use, await checkUse(use, deployment, server));
      say(`${deployment.environment}: ${use.name}`);
    }
  }
}

/** What is deployed later: synthesised while this server deploys, which is mostly waiting. */
function synthesised(
  cdk: ReturnType<typeof cdkOf>,
  variables: Readonly<Record<string, string>>,
  environment: Environment,
) {
  const app = join(import.meta.dirname, 'changed-app.ts');
  const tables = nextTables(environment);
  const ahead = {
    changed: cdk.synth({ variables, environment, app }),
    byIam: cdk.synth({ variables: { ...variables, ASTAKE_OPERATOR_AUTH: 'iam' }, environment }),
    restored: cdk.synth({ variables: { ...variables, ASTAKE_TABLES: tables }, environment }),
  };
  for (const each of Object.values(ahead)) each.catch(() => undefined);
  return ahead;
}

interface Used {
  readonly deployment: Deployment;
  readonly seen: Map<Use, readonly Decision[]>;
}

const variablesFor = (chain: { readonly url: string; readonly chainName: string }) => ({
  CASPER_RPC_URLS: chain.url,
  CASPER_CHAIN_NAME: chain.chainName,
  // The recorded blocks are old.
  ASTAKE_MAX_TIP_AGE_SECONDS: '0',
  ASTAKE_PROVE_PERCENT: '0',
  // What is slow on this machine is no fault.
  ASTAKE_DEADLINE_MS: '20000',
  ASTAKE_ATTEMPT_MS: '10000',
  ASTAKE_STORE_MS: '20000',
  // Of every request it is kept why it was answered so: the grant for it is used.
  ASTAKE_EXPLAIN_PERCENT: '100',
  ASTAKE_CONCURRENCY: '{"dev":1000}',
  // The receiver of webhooks is on this machine.
  ASTAKE_WEBHOOK_ALLOW_PRIVATE: 'on',
  ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples[embeddedRecording].collections),
});
