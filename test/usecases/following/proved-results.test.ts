import { describe, expect, test } from '@jest/globals';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { changing, first, isWrite, notFound, registry, resultOf, second, unknownKind } from './altered-results.ts';
import { held } from './killed.ts';
import { describeLies, end, followed, height, type Lie, recording, start, undisturbed } from './proved.ts';
import { changeable } from './world.ts';

const why = `its results of block ${height} do not have the checksum that the block proves`;

const lies: readonly Lie[] = [
  {
    what: 'leaves out an effect',
    lie: changing((result) => void result.effects.splice(result.effects.findIndex(isWrite), 1)),
    why,
  },
  { what: 'leaves out all effects', lie: changing((result) => void result.effects.splice(0)), why },
  {
    what: 'makes a read of a write',
    lie: changing((result) => {
      result.effects.find(isWrite).kind = 'Identity';
    }),
    why,
  },
  {
    what: 'names another key',
    lie: changing((result) => {
      const effect = result.effects.find(isWrite);
      effect.key = effect.key.replace(/.$/, (digit: string) => (digit === '0' ? '1' : '0'));
    }),
    why,
  },
  {
    what: 'adds an effect',
    lie: changing((result) => void result.effects.push({ key: `hash-${'ab'.repeat(32)}`, kind: 'Identity' })),
    why,
  },
  {
    what: 'has the effects in another order',
    lie: changing((result) => void result.effects.reverse()),
    why,
  },
  {
    what: 'says that a transaction failed',
    lie: changing((result) => {
      result.error_message = 'Out of gas';
    }),
    why,
  },
  {
    what: 'has another cost',
    lie: changing((result) => {
      result.cost = `${result.cost}0`;
    }),
    why,
  },
  {
    what: 'has the effects of two transactions the other way round',
    lie: (method, params, forward) =>
      changing((result) => void Object.assign(result, { effects: resultOf(first).effects }), [second])(
        method,
        params,
        () =>
          changing((result) => void Object.assign(result, { effects: resultOf(second).effects }))(
            method,
            params,
            forward,
          ),
      ),
    why,
  },
];

// Rule AUDIT-6 as well.
describeLies('PROOF-7', 'info_get_transaction', lies);

const [lie] = lies;

describe('rule PROOF-7', () => {
  test('of nodes that each lie about another transaction, both are barred', async () => {
    const ofAnother = changing((result) => void result.effects.pop(), [second]);
    const { world, service } = await followed([lie?.lie, ofAnother, undefined]);
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done' });
    expect(held(world.tables)).toEqual(await undisturbed());
    expect(service.chain.report().map(({ code }) => code)).toEqual(['barred', 'barred', null]);
  });

  test('results in a form that is not known are taken from a node whose results are proved, which shows that the other one has failed', async () => {
    const { world, service } = await followed([unknownKind, undefined]);
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done' });
    expect(held(world.tables)).toEqual(await undisturbed());
    expect(service.chain.report()[0]).toMatchObject({ state: 'unhealthy', method: 'info_get_transaction' });
    expect(world.counted.get('SyncBlocksProved')).toBe(end - start);
  });

  test.each([
    [
      'of another block',
      registry((params, forward) => {
        const hash = recording.blocks[height + 1]?.hash;
        return forward({ ...params, state_identifier: { BlockHash: hash } });
      }),
    ],
    [
      'without a proof',
      registry((_params, forward) => {
        const changed = changeable(forward());
        changed.result.merkle_proof = '00';
        return changed;
      }),
    ],
  ])('a node that sends a checksum %s is barred, and another one is asked', async (_what, lying) => {
    const { world, service } = await followed([lying, undefined]);
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done' });
    expect(held(world.tables)).toEqual(await undisturbed());
    expect(service.chain.report()[0]).toMatchObject({ code: 'barred', method: 'query_global_state' });
  });

  test('a node that says that there is no checksum is passed over for one that proves it', async () => {
    const { world, service } = await followed([registry(() => notFound), undefined]);
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done' });
    expect(world.counted.get('SyncBlocksProved')).toBe(end - start);
  });
});
