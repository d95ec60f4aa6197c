import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Upstream } from '../../../lib/chain/pool/upstream.ts';
import { readTransaction } from '../../../lib/chain/state/read-transaction.ts';
import type { PinnedBlock } from '../../../lib/domain/block.ts';
import { abortIn } from '../../../lib/domain/deadline.ts';
import { poolOf } from '../pool/fake-node.ts';
import { type Behaviour, endpoint, inVirtualTime, scriptedNode } from '../pool/scripted-node.ts';

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
