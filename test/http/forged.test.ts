import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';

const { account } = recordedExamples['chain-e'];
const path = `/v1/accounts/${account}`;

let local: Local;
beforeAll(async () => {
  local = await startLocal({ recording: 'chain-e', height: 45, nodes: 3 });
});
afterAll(() => local.close());

const forged = (fromHeight: number | undefined): void => {
  for (const node of local.nodes)
    node.fault(fromHeight === undefined ? undefined : 'forged', { fromHeight: fromHeight ?? 1 });
};

// Rule PROOF-4.
test('while all nodes lie in the same way, callers get the record that is stored, labelled so, or 503', async () => {
  const honest = await local.get(path, { 'cache-control': 'no-cache' });
  expect(honest).toMatchObject({ status: 200, body: { meta: { source: 'chain', proof: { level: 'signed' } } } });
  expect(await local.post('/v1/sync', {}, asOperator)).toMatchObject({ status: 200 });

  local.setHeight(60);
  forged(50);
  const { status, body } = await local.get(path, { 'cache-control': 'no-cache' });
  expect({ status, body }).toMatchObject({ status: 200, body: { data: honest.body.data } });
  expect(body.meta).toMatchObject({
    source: 'database',
    stale: true,
    block: { height: 45 },
    proof: { level: 'signed' },
  });
  expect(await local.get(path, { 'cache-control': 'no-cache, stale-if-error=0' })).toMatchObject({
    status: 503,
    body: { code: 'chain_unavailable' },
  });
  const { components } = (await local.get('/v1/health', asOperator)).body;
  expect(components.chain.reasons).toMatchObject([{ code: 'not_signed' }]);

  forged(undefined);
  expect(await local.get(path, { 'cache-control': 'no-cache, stale-if-error=0' })).toMatchObject({
    status: 200,
    body: { meta: { source: 'chain', block: { height: 60 }, proof: { level: 'signed' } } },
  });
});
