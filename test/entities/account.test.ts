import { expect, test } from '@jest/globals';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
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
