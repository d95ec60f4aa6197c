import { describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions, type ReadOptions } from '../../lib/domain/freshness.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { carrying } from '../usecases/following/alter.ts';
import { type Alter, createWorld } from '../usecases/following/world.ts';

const truth = recordedTruth('chain-a');
const [{ id = '' } = {}] = truth.accounts;
const hash = id.slice('account-hash-'.length);
const ref: EntityRef = { kind: 'account', id };
const validator = 'ab'.repeat(32);
const from = 59;

/** The account's record, once sync has followed the next block. */
async function recordAfter(alter?: Alter) {
  const world = await createWorld({ height: from, nodes: [alter] });
  const service = world.process();
  await runTick(service);
  await lookup(ref, defaultReadOptions, service);
  world.setHeight(from + 1);
  expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', from: from + 1, to: from + 1 });
  return world.tables.records.get(refKey(ref));
}

test('an account depends on its bids: its read set names them, though no bid was read (rule KIND-3)', async () => {
  const record = await recordAfter();
  expect(record).toMatchObject({ block: { height: from }, bases: [{ name: 'era' }] });
  expect(record?.readSet).toContain(`stake-${hash}`);
});

test.each([
  ['own bid', `bid-addr-01${hash}`],
  ['delegation', `bid-addr-02${validator}${hash}`],
  ['unbonding', `bid-addr-07${validator}${hash}`],
])(
  'a block that writes only a key of its %s leads to another reading of the account (rule KIND-3)',
  async (_of, key) => {
    const record = await recordAfter(carrying({ height: from + 1, keys: [key] }));
    expect(record?.block).toEqual(truth.block(from + 1));
  },
);

describe('a balance of which a part is held (rule CLAIM-5)', () => {
  /** What is available grows in every block, though no block writes a key. `refused`: the node does not serve the details. */
  const holding =
    (held: (height: number) => number, refused: boolean): Alter =>
    (method, params, forward) => {
      if (!['query_balance_details', 'query_balance'].includes(method)) return forward();
      if (params.purse_identifier.main_purse_under_account_hash !== id) return forward();
      if (refused && method === 'query_balance_details') return methodNotFound;
      const height = loadRecording('chain-a').heightOfBlock.get(params.state_identifier.BlockHash) ?? 0;
      const { result } = forward();
      const available = String(BigInt(result.balance ?? result.total_balance) - BigInt(held(height)));
      if (method === 'query_balance') return { jsonrpc: '2.0', id: 1, result: { ...result, balance: available } };
      const holds = held(height) > 0 ? [{ time: 1_795_393_000_000, amount: '40', proof: '00' }] : [];
      return { jsonrpc: '2.0', id: 1, result: { ...result, available_balance: available, holds } };
    };
  const methodNotFound = { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } };
  const accrued = (height: number): number => (height < from + 2 ? 40 : 0);
  const amortised = (height: number): number => Math.max(0, 40 - 10 * (height - from));

  test.each([
    ['is released at the end of the hold', accrued, false],
    ['is released a little in every block', amortised, false],
    ['is released by nodes that do not serve the holds', accrued, true],
  ])(
    'and %s is claimed for its own block only, and through the cursor once nothing is held',
    async (_how, held, refused) => {
      const world = await createWorld({ height: from, nodes: [holding(held, refused)] });
      const asked = async (options: Partial<ReadOptions> = {}) => {
        const { data, verifiedThrough, freshSeconds } = await lookup(
          ref,
          { ...defaultReadOptions, ...options },
          world.process(),
        );
        return {
          available: (data as { available: { motes: string } }).available.motes,
          through: verifiedThrough.height,
          freshSeconds,
        };
      };
      await runTick(world.process());
      const availableAt = (height: number): string => {
        const { balance } = truth.account(id, height) as { balance: { motes: string } };
        return String(BigInt(balance.motes) - BigInt(held(height)));
      };
      expect(await asked()).toEqual({ available: availableAt(from), through: from, freshSeconds: 5 });

      for (const height of [from + 1, from + 4]) {
        world.setHeight(height);
        await runTick(world.process());
        const kept = world.tables.records.get(refKey(ref));
        expect(await asked({ onlyIfCached: true, maxStale: 1_000_000 })).toMatchObject({ through: kept?.block.height });
        world.pass(10_000);
        expect(await asked()).toMatchObject({ available: availableAt(height), through: height });
      }
      world.setHeight(from + 5);
      await runTick(world.process());
      expect(await asked()).toEqual({ available: availableAt(from + 5), through: from + 5, freshSeconds: 90 });
    },
  );
});
