import type { Environment } from '../../infra/environments.ts';
import { startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { cdkOf } from './cdk.ts';
import { changeOneFunction } from './change.ts';
import { checkUse } from './check-use.ts';
import { serviceOf } from './deployed-service.ts';
import { checkDropped } from './dropped.ts';
import { firstKey } from './first-key.ts';
import { operatorsByIam } from './operators-by-iam.ts';
import { startServer } from './server.ts';
import { uses } from './uses/index.ts';

export interface CheckOptions {
  /** The folder of Python's programs. */
  readonly programs: string;
  /** All are deployed; these are used. */
  readonly environments: readonly Environment[];
  /** Takes away every grant, and not a sample. */
  readonly everyGrant: boolean;
}

/** Throws CheckFailed or CommandFailed. */
export async function check({ programs, environments }: CheckOptions): Promise<void> {
  const begun = performance.now();
  const say = (text: string) =>
    console.log(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${text}`);
  const server = await startServer(programs);
  const chain = await startDevChain({ height: 60 });
  const cdk = cdkOf(server);
  try {
    say('the server is up');
    const variables = variablesFor(chain);
    const assembly = await cdk.synth({ variables });
    say('synthesised');
    say(`in the templates, as this server drops it: ${checkDropped(assembly).join('; ')}`);
    await assembly.bootstrap();
    say('bootstrapped');
    const { outputs } = await assembly.deploy();
    say(`deployed: ${Object.keys(outputs).join(', ')}`);
    for (const environment of environments) {
      const service = serviceOf(server, outputs, environment);
      try {
        const operator = { authorization: `Bearer ${await firstKey(server, environment)}` };
        for (const use of uses) {
          await checkUse(use, { service, chain, environment, operator }, server);
          say(`${environment}: ${use.name}`);
        }
      } finally {
        service.close();
      }
    }
    const again = await assembly.deploy();
    say(`deployed again: ${again.unchanged.length} stacks without changes`);
    const [environment] = environments as [Environment];
    const service = serviceOf(server, outputs, environment);
    try {
      const changing = { server, cdk, variables, environment, service };
      await changeOneFunction(changing);
      say(`${environment}: one function is changed: it answers as changed, and nothing was replaced`);
      await operatorsByIam({
        ...changing,
        operator: { authorization: `Bearer ${await firstKey(server, environment)}` },
      });
      say(`${environment}: operators by IAM: by their policies only`);
    } finally {
      service.close();
    }
    await assembly.destroy();
    say('destroyed');
  } finally {
    cdk.close();
    await Promise.all([chain.close(), server.close()]);
  }
}

const variablesFor = (chain: { readonly url: string; readonly chainName: string }) => ({
  CASPER_RPC_URLS: chain.url,
  CASPER_CHAIN_NAME: chain.chainName,
  // The recorded blocks are old.
  ASTAKE_MAX_TIP_AGE_SECONDS: '0',
  // What is slow on this machine is no fault.
  ASTAKE_DEADLINE_MS: '20000',
  ASTAKE_ATTEMPT_MS: '10000',
  // The receiver of webhooks is on this machine.
  ASTAKE_WEBHOOK_ALLOW_PRIVATE: 'on',
  ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples['chain-a'].collections),
});
