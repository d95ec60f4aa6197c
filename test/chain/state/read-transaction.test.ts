import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Upstream } from '../../../lib/chain/pool/upstream.ts';
import { readTransaction } from '../../../lib/chain/state/read-transaction.ts';
import type { PinnedBlock } from '../../../lib/domain/block.ts';
import { abortIn } from '../../../lib/domain/deadline.ts';
import { poolOf } from '../pool/fake-node.ts';
import { absent, type Behaviour, endpoint, inVirtualTime, refused, scriptedNode } from '../pool/scripted-node.ts';

const executed = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/transaction-from-purse.json'), 'utf8'));
const waiting = { ...executed, execution_info: null };
const { timestamp, ttl } = executed.transaction.Version1.payload;
const hash = 'ab'.repeat(32);
const executedAt = 11;

/** A time so many minutes after the transaction was made. */
const later = (minutes: number): string => new Date(Date.parse(timestamp) + minutes * 60_000).toISOString();
const pinnedAt = (height: number, time: string): PinnedBlock => ({
  height,
  hash: 'cd'.repeat(32),
  timestamp: time,
  eraId: 1,
  proposer: '',
});

/** Knows the transaction as this answer; undefined: does not know it. Its lowest block is of this time. */
const knowing =
  (answer: object | undefined, lowestBlockTime = later(-60)): Behaviour =>
  (_call, { method, params }) => {
    if (method === 'chain_get_block') return { result: blockAt(params.block_identifier.Height, lowestBlockTime) };
    if (answer === undefined || !('Version1' in params.transaction_hash))
      return { error: { code: -32014, message: 'No such transaction', data: null } };
    return { result: answer };
  };

const blockAt = (height: number, time: string) => ({
  block: {
    hash: 'ef'.repeat(32),
    header: {
      height,
      timestamp: time,
      era_id: 1,
      era_end: null,
      parent_hash: '00'.repeat(32),
      protocol_version: '1.5.6',
    },
    body: { proposer: '01ab', deploy_hashes: [], transfer_hashes: [] },
  },
});

function read(block: PinnedBlock, nodes: readonly Behaviour[], lowestBlock = 0) {
  return inVirtualTime(async () => {
    const endpoints = nodes.map((behave, index) => endpoint(scriptedNode(behave), `n${index + 1}`));
    const { upstreams } = poolOf([], { endpoints });
    const [first] = upstreams.trusted() as [Upstream];
    first.reportTip(block, lowestBlock);
    const asking = { block, upstreams, prefer: first, signal: abortIn(20_000), noteAbsent: () => undefined };
    return readTransaction(hash, asking);
  });
}

test('the fixture lives for half an hour', () => {
  expect(ttl).toBe('30m');
});

describe('A transaction that was executed (rule KIND-2)', () => {
  test('at the pinned block has its execution', async () => {
    expect(await read(pinnedAt(executedAt, later(1)), [knowing(executed)])).toMatchObject({
      execution: { block: { height: executedAt } },
      expired: false,
    });
  });

  test('above the pinned block counts as pending', async () => {
    expect(await read(pinnedAt(executedAt - 1, later(1)), [knowing(executed)])).toMatchObject({
      execution: undefined,
      expired: false,
    });
  });
});

describe('A transaction in no block (rule KIND-2)', () => {
  const pending = { execution: undefined, expired: false };

  test('is pending while its time to live lasts', async () => {
    expect(await read(pinnedAt(20, later(30)), [knowing(waiting), knowing(undefined)])).toMatchObject(pending);
  });

  test('has expired after that, where no node has a result and this node holds all blocks since', async () => {
    const expired = { execution: undefined, expired: true };
    expect(await read(pinnedAt(20, later(31)), [knowing(waiting), knowing(undefined)])).toMatchObject(expired);
  });

  test('has its execution where another node has it in a block', async () => {
    const nodes = [knowing(waiting), knowing(executed)];
    expect(await read(pinnedAt(20, later(31)), nodes)).toMatchObject({
      execution: { block: { height: executedAt } },
      expired: false,
    });
  });

  test('has expired where the lowest block of this node is older than the transaction, and else is pending', async () => {
    const older = knowing(waiting, later(-1));
    expect(await read(pinnedAt(20, later(31)), [older], 5)).toMatchObject({ expired: true });
    const younger = knowing(waiting, later(1));
    expect(await read(pinnedAt(20, later(31)), [younger], 5)).toMatchObject(pending);
  });
});

describe('A transaction whose time to live is over, and which one node has in no block, has not expired (rule KIND-2)', () => {
  const inBlock = (over: object) => ({ ...executed, execution_info: { ...executed.execution_info, ...over } });
  const withoutResult = inBlock({ execution_result: null });
  const pinned = pinnedAt(20, later(31));

  test.each([
    ['without a result', withoutResult],
    ['without a result, in the pinned block itself', inBlock({ execution_result: null, block_height: 20 })],
  ])('when another node has it in a block %s: 503, which may pass', async (_what, answer) => {
    for (const nodes of [
      [knowing(waiting), knowing(answer)],
      [knowing(answer), knowing(waiting)],
      [knowing(waiting), knowing(undefined), knowing(answer)],
    ])
      await expect(read(pinned, nodes)).rejects.toMatchObject({ code: 'chain_unavailable', retryable: true });
  });

  test('when another node has it in a block with a result of a kind that is not known: that is reported', async () => {
    const nodes = [knowing(waiting), knowing(inBlock({ execution_result: { Version9: {} } }))];
    await expect(read(pinned, nodes)).rejects.toMatchObject({ code: 'value_unreadable' });
  });

  test('when a third node has its result', async () => {
    const nodes = [knowing(waiting), knowing(withoutResult), knowing(executed)];
    expect(await read(pinned, nodes)).toMatchObject({ execution: { block: { height: executedAt } }, expired: false });
  });

  const cannotBeAsked: Behaviour = () => ({ error: { code: -32018, message: 'x', data: null } });
  const hasNotComeSoFar: Behaviour = (call, request) =>
    request.method === 'chain_get_block' && request.params.block_identifier.Height === undefined
      ? { error: { code: -32001, message: 'No such block', data: null } }
      : knowing(undefined)(call, request);
  test.each([
    ['cannot be asked', cannotBeAsked],
    ['is down', refused],
    ['has not come as far as the pinned block', hasNotComeSoFar],
    ['has it in a block above the pinned one', knowing(inBlock({ block_height: 21 }))],
  ])('when another node %s: it is pending', async (_what, other) => {
    const nodes = [knowing(waiting), other];
    expect(await read(pinned, nodes)).toMatchObject({ execution: undefined, expired: false });
  });
});

describe('The transfers of a deploy that ran under 1.x (rule ANSWER-7)', () => {
  const [one, two] = ['c1', 'c2'].map((byte) => `transfer-${byte.repeat(32)}`) as [string, string];
  const transfer = (amount: string, deploy = hash) => ({
    deploy_hash: deploy,
    from: `account-hash-${'2f'.repeat(32)}`,
    to: `account-hash-${'3f'.repeat(32)}`,
    amount,
    id: null,
  });
  const entry = (amount: string, deploy?: string) => ({ Version1: transfer(amount, deploy) });
  const deploy = {
    transaction: { Deploy: { header: { account: '01ab', timestamp, ttl } } },
    execution_info: {
      block_height: executedAt,
      block_hash: 'ef'.repeat(32),
      execution_result: { Version1: { Success: { effect: {}, transfers: [one, two], cost: '1' } } },
    },
  };
  const withResult = (result: object) => ({
    ...deploy,
    execution_info: { ...deploy.execution_info, execution_result: result },
  });
  /** Lists these for the block, and stores these under their addresses. */
  const listing =
    (transfers: unknown, stored: Readonly<Record<string, object>> = {}): Behaviour =>
    (_call, { method, params }) => {
      if (method === 'chain_get_block_transfers') return { result: { transfers } };
      if (method === 'query_global_state' && stored[params.key] !== undefined)
        return { result: { stored_value: { Transfer: stored[params.key] } } };
      if (method === 'query_global_state') return absent(_call, { method, params });
      return 'Deploy' in params.transaction_hash ? { result: deploy } : noTransaction;
    };
  const noTransaction = { error: { code: -32014, message: 'No such transaction', data: null } };
  const both = [entry('5'), entry('7'), entry('9', '00'.repeat(32))];
  const amounts = async (nodes: readonly Behaviour[]) =>
    (await read(pinnedAt(20, later(1)), nodes))?.execution?.transfers.map(({ amount }) => amount);

  const incomplete: readonly (readonly [string, unknown])[] = [
    ['lists none', []],
    ['lists null', null],
    ['lists one of two', [entry('5')]],
    ['lists those of another deploy only', [entry('5', '00'.repeat(32)), entry('7', '00'.repeat(32))]],
    ['lists one more', [...both, entry('11')]],
  ];
  test.each(incomplete)('are taken from another node where one %s', async (_what, transfers) => {
    expect(await amounts([listing(transfers), listing(both)])).toEqual(['5', '7']);
  });

  test.each(incomplete)('are read by their addresses where each node %s', async (_what, transfers) => {
    const stored = { [one]: transfer('5'), [two]: transfer('7') };
    expect(await amounts([listing(transfers, stored), listing(transfers, stored)])).toEqual(['5', '7']);
  });

  test.each(incomplete)('cannot be read where each node %s and lacks one of them: 503', async (_what, transfers) => {
    const nodes = [listing(transfers, { [one]: transfer('5') }), listing(transfers)];
    await expect(amounts(nodes)).rejects.toMatchObject({ code: 'chain_unavailable', retryable: true });
  });

  test('are none where the deploy failed, though its result names some', async () => {
    const named = { effect: {}, transfers: [one, two], cost: '1', error_message: 'User error: 1' };
    const failed: Behaviour = (call, request) =>
      request.method === 'info_get_transaction' && 'Deploy' in request.params.transaction_hash
        ? { result: withResult({ Version1: { Failure: named } }) }
        : listing([])(call, request);
    const seen = await read(pinnedAt(20, later(1)), [failed]);
    expect(seen?.execution).toMatchObject({ errorMessage: 'User error: 1', transfers: [] });
  });

  test('are found next to an entry of a kind that is not known', async () => {
    expect(await amounts([listing([{ Version9: {} }, ...both])])).toEqual(['5', '7']);
  });

  test('are not those that another deploy has under such an address', async () => {
    const stored = { [one]: transfer('5'), [two]: transfer('7', '00'.repeat(32)) };
    await expect(amounts([listing([], stored)])).rejects.toMatchObject({ code: 'chain_unavailable' });
  });
});
