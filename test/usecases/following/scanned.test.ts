import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../lib/domain/digest.ts';
import { LOGIC_VERSION } from '../../../lib/domain/progress.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { type Question, questionsOf } from '../../recorded-truth/questions.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { accountHashOf, recordedTruth } from '../../support/recorded-truth.ts';
import { allOf, carrying, hiddenBelow, upgradedAt } from './alter.ts';
import { ask } from './follow.ts';
import { type Alter, createWorld } from './world.ts';

const truth = recordedTruth('chain-a');
/** This account delegates at 17 and undelegates at 40. */
const id = 'account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237';
const position = questionsOf(truth).find((question) => question.kind === 'staking' && question.id === id) as Question;
const { delegations } = truth.staking(id, 38) as { readonly delegations: readonly { readonly validator: string }[] };
const [{ validator } = { validator: '' }] = delegations;
const key = `bid-addr-02${accountHashOf(validator)}${id}`.replaceAll('account-hash-', '');
/** A write that leads to the position without naming a validator. */
const written = carrying({ height: 38, keys: [key] });

/** The position as sync reads it at 38, after `change` was made to its record of 37. */
async function refreshed(alter: Alter, change: (tables: MemoryTables, record: EntityRecord) => void = () => {}) {
  const world = await createWorld({ height: 37, nodes: [alter] });
  await runTick(world.process());
  await ask(position, world.process());
  change(world.tables, world.tables.records.get(`staking#${id}`) as EntityRecord);
  world.setHeight(38);
  expect((await runTick(world.process())).stoppedBy).toBe('done');
  world.pass(6_000);
  const { data, source, block } = await ask(position, world.process());
  expect([source, block.height]).toEqual(['cache', 38]);
  return data;
}

describe('rule KIND-4: a position that sync reads again', () => {
  test('is asked of its known validators, where every block was scanned', async () => {
    expect(await refreshed(written)).toMatchObject({ delegations });
  });

  test('is asked of all validators at a new protocol version, which may have changed it unseen', async () => {
    expect(await refreshed(allOf([upgradedAt(38), written, hiddenBelow(38, key)]))).toMatchObject({ delegations });
  });

  const value = { delegations: [], unbondings: [], bid: null, complete: false, rewards: null, liquid: null };
  const wrong = { value, digest: digestOf(value) };
  const distrusted: Record<string, Partial<EntityRecord>> = {
    'of an earlier definition': { ...wrong, definition: 'an earlier one' },
    'of a lower logic version': { ...wrong, logicVersion: LOGIC_VERSION - 1 },
    'of a value that was too large to store': { value: null, digest: digestOf(null), tooLarge: true },
    'that a person has kept against the chain': { ...wrong, conflict: { id: 'c1', state: 'kept', chainDigest: 'd1' } },
  };

  test.each(Object.entries(distrusted))(
    'is asked of all validators where the record is one %s',
    async (_what, instead) => {
      const data = await refreshed(written, ({ records }, record) =>
        records.set(`staking#${id}`, { ...record, ...instead }),
      );
      expect(data).toMatchObject({ delegations, complete: false });
    },
  );

  test('is asked of all validators where an operator has invalidated the record', async () => {
    const data = await refreshed(written, (tables, record) => {
      tables.records.set(`staking#${id}`, { ...record, ...wrong });
      const invalidations = [{ kind: 'staking', prefix: '', height: 37 }];
      tables.progress = { ...tables.progress, invalidations };
    });
    expect(data).toMatchObject({ delegations, complete: false });
  });
});
