import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ask } from '../infra/local/dev-chain/exchange.ts';
import { type Local, startLocal } from '../support/local.ts';
import { itemKey, recordedTruth, type Token } from '../support/recorded-truth.ts';
import { noCache } from './ask.ts';

const truth = recordedTruth('chain-a');
const height = 40;
const tokens = truth.tokens.filter((token) => truth.asset(token, height) !== null);
const [token] = tokens as [Token];
const present = `/v1/assets/${token.packageHash}/${token.tokenId}`;
const unminted = `/v1/assets/${token.packageHash}/99`;
const owners = truth.seed(token.packageHash, 'token_owners', height);
const query = (item: string) => ({
  state_identifier: { BlockHash: truth.block(height).hash },
  key: itemKey(owners, item),
  path: [],
});

let local: Local;

/** Rule KIND-1: a token is absent when a node proves it (-32003), never when the node could not be asked. */
describe('a node’s answer about a token (rule KIND-1)', () => {
  beforeAll(async () => {
    local = await startLocal({ recording: 'chain-a', height, nodes: 2 });
  });
  afterEach(() => {
    for (const node of local.nodes) node.fault(undefined);
  });
  afterAll(() => local?.close());

  test('-32003 at a known block is an absence, and names the block', async () => {
    const { error } = await ask(local.node.url, 'query_global_state', query('99'));
    expect(error?.code).toBe(-32003);
    const { status, body } = await local.get(unminted, noCache);
    expect([status, body.code, body.meta.block]).toEqual([404, 'not_found', truth.block(height)]);
  });

  test('-32003 for existing state is not believed: another node is asked', async () => {
    local.node.fault('nothing-found');
    const { error } = await ask(local.node.url, 'query_global_state', query(token.tokenId));
    expect(error?.code).toBe(-32003);
    const { status, body } = await local.get(present, noCache);
    expect([status, body.data]).toEqual([200, truth.asset(token, height)]);
  });

  test('-32018 is no absence: another node is asked', async () => {
    local.node.fault('throttled-by-node');
    const { error } = await ask(local.node.url, 'query_global_state', query(token.tokenId));
    expect(error?.code).toBe(-32018);
    for (const one of tokens) {
      const { status, body } = await local.get(`/v1/assets/${one.packageHash}/${one.tokenId}`, noCache);
      expect([status, body.data, body.meta.source]).toEqual([200, truth.asset(one, height), 'chain']);
    }
    expect((await local.get(unminted, noCache)).status).toBe(404);
  });

  test('-32018 from every node is no answer, for a present token and for an absent one', async () => {
    for (const node of local.nodes) node.fault('throttled-by-node');
    const never = await local.get(unminted, noCache);
    const there = await local.get(present, noCache);
    expect([never, there].map(({ status, body }) => [status, body.code])).toEqual([
      [503, 'chain_unavailable'],
      [503, 'chain_unavailable'],
    ]);
    const kept = await local.get(present, { 'cache-control': 'no-cache' });
    expect([kept.status, kept.body.data, kept.body.meta.source, kept.body.meta.stale]).toEqual([
      200,
      truth.asset(token, height),
      'database',
      true,
    ]);
  });
});
