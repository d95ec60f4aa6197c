/**
 * `npm run deploy:check` deploys every stack to an AWS-compatible server on this machine, uses what was deployed, deploys again,
 * and destroys it; `npm run deploy:check -- dev` uses one environment only. Nothing leaves the machine but what pip installs, once. Exit status: 0, it holds, or there is no Python.
 */

import { environmentNames } from '../../infra/environments.ts';
import { startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { cdkOf } from './cdk.ts';
import { serviceOf } from './deployed-service.ts';
import { firstKey } from './first-key.ts';
import { pythonPrograms } from './python.ts';
import { startServer } from './server.ts';
import { uses } from './uses/index.ts';

const begun = performance.now();
const say = (text: string) => console.log(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${text}`);

const chosen = environmentNames.filter((name) => process.argv.length === 2 || process.argv.includes(name));
if (chosen.length === 0) throw new Error(`usage: deploy:check [${environmentNames.join(' | ')}]`);

const programs = await pythonPrograms();
if (programs === undefined) console.log('skipped: deploy:check needs Python 3.10 or later, with venv and pip');
else await check(programs);

async function check(programs: string): Promise<void> {
  const server = await startServer(programs);
  const chain = await startDevChain({ height: 60 });
  const cdk = cdkOf(server);
  try {
    say('the server is up');
    await cdk.synth({
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
    say('synthesised');
    await cdk.bootstrap();
    say('bootstrapped');
    const { outputs } = await cdk.deploy();
    say(`deployed: ${Object.keys(outputs).join(', ')}`);
    for (const environment of chosen) {
      const service = serviceOf(server, outputs, environment);
      try {
        const operator = { authorization: `Bearer ${await firstKey(server, environment)}` };
        for (const use of uses) {
          await use.run({ service, chain, environment, operator });
          say(`${environment}: ${use.name}`);
        }
      } finally {
        service.close();
      }
    }
    const again = await cdk.deploy();
    say(`deployed again: ${again.unchanged.length} stacks without changes`);
    await cdk.destroy();
    say('destroyed');
  } finally {
    cdk.close();
    await chain.close();
    await server.close();
  }
}
