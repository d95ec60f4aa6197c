import assert from 'node:assert/strict';
import { embeddedRecording, recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { functionName } from '../../../lib/runtime/names.ts';
import { begunRun } from './begun-run.ts';
import { editRecord } from './edited.ts';
import { requestsTo } from './requests.ts';
import { setRow } from './rows.ts';
import type { Deployment, Use } from './use.ts';

const { owner, collections } = recordedExamples[embeddedRecording];
const account = `/v1/accounts/${owner}`;
const uncached = { 'cache-control': 'no-cache' };

/** Each function that asks nodes: how it is led to do so. */
const observers: Readonly<Record<string, (deployment: Deployment) => Promise<unknown>>> = {
  ...Object.fromEntries(
    ['get-entity', 'lookup', 'list-collections', 'refresh-account', 'get-health', 'force-sync', 'decide-conflict'].map(
      (name) => [name, (deployment: Deployment) => requestsTo.get(name)?.[0]?.(deployment)],
    ),
  ),
  'list-transactions': ({ service }) => service.ask(`${account}/transactions`),
  'get-rewards': ({ service }) => service.ask(`${account}/staking/rewards`),
  invalidate: ({ service, operator: headers }) =>
    service.ask('/v1/invalidations', { method: 'POST', headers, body: { owner } }),
  'rewind-sync': ({ service, operator: headers }) =>
    service.ask('/v1/sync/rewind', {
      method: 'POST',
      headers,
      body: { height: 50, reviewer: 'ada', note: 'a drill' },
    }),
  refresh: invoked('refresh', { kind: 'account', id: owner }),
  sync: invoked('sync', {}),
  'enumerate-collection': invoked('enumerate-collection', { collection: Object.values(collections)[0]?.package }),
  'begin-reconciliation': invoked('begin-reconciliation', {}),
  'resolve-overdue': async (deployment) => invoked('resolve-overdue', { run: await begunRun(deployment) })(deployment),
  'sweep-shard': async (deployment) => {
    for (let shard = 0; shard < 16; shard += 1)
      await invoked('sweep-shard', { run: await begunRun(deployment), shard })(deployment);
  },
  'resolve-conflict': async (deployment) => {
    const [conflict] = await deployment.service.items('conflicts');
    await invoked('resolve-conflict', {
      Records: [{ dynamodb: { Keys: { id: { S: conflict?.id } }, SequenceNumber: '1' } }],
    })(deployment);
  },
};

/** Rule NODE-1. The breaker is opened in the table: the function probes the node, closes the breaker, and says so in the node's trail. */
export const nodes: Use = {
  name: 'each function that asks nodes closes the breaker of one that is well again, and writes it down',
  rare: true,
  narrow: Object.keys(observers),
  async run(deployment) {
    const { environment, only, service, coldStart } = deployment;
    assert.equal((await service.ask(account)).status, 200);
    await editRecord(
      deployment,
      (ref) => ref === `account#${owner}`,
      (value) => value.replace(/"balance":"\d+"/, `"balance":"${Date.now()}"`),
    );
    await service.ask(account, { headers: uncached });
    for (const [name, ask] of Object.entries(observers)) {
      if (only !== undefined && functionName(environment, name) !== only) continue;
      await coldStart(functionName(environment, name));
      await openBreaker(deployment);
      await ask(deployment);
    }
    // What is used next finds the node answering again.
    const isAnswered = async () => (await service.ask(account, { headers: uncached })).status === 200;
    await deployment.eventually(isAnswered);
  },
};

async function openBreaker(deployment: Deployment): Promise<void> {
  const now = Date.now();
  const memory = {
    ...{ token: now, by: 'a test', changedAt: now - 60_000, open: true, probeAt: now - 1_000, failedProbes: 0 },
    ...{ pausedUntil: 0, reason: 'it was opened by a test' },
  };
  const node = `node#${new URL(deployment.chain.url).host}`;
  await setRow(deployment, 'progress', { name: 'nodes' }, { [node]: memory });
}

function invoked(name: string, event: unknown) {
  return ({ service, environment }: Deployment) => service.invoke(functionName(environment, name), event);
}
