import { describe, expect, test } from '@jest/globals';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { held } from './killed.ts';
import { describeLies, end, followed, height, type Lie, recording, start, undisturbed } from './proved.ts';
import { type Alter, changeable, type Json } from './world.ts';

const hashesAt = (at: number): readonly string[] =>
  Object.values(recording.blocks[at]?.body.transactions ?? {})
    .flat()
    .map((tagged) => String(Object.values(tagged)[0]));
const [first = '', second = ''] = hashesAt(height);

const resultOf = (hash: string): Json =>
  changeable([...recording.transactions].find(([key]) => key.endsWith(hash))?.[1]).execution_info.execution_result
    .Version2;

/** Another result of the block's first transaction. */
const changing =
  (change: (result: Json) => void, of: readonly string[] = [first]): Alter =>
  (method, params, forward) => {
    const answer = forward();
    const hash = String(Object.values(params?.transaction_hash ?? {})[0]);
    if (method !== 'info_get_transaction' || !of.includes(hash) || answer.result?.execution_info == null) return answer;
    const changed = changeable(answer);
    change(changed.result.execution_info.execution_result.Version2);
    return changed;
  };

const isWrite = ({ kind }: Json): boolean => kind !== 'Identity' && kind.Prune === undefined;
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

describeLies('PROOF-7', 'info_get_transaction', lies);

/** A node with an effect of a kind that a later version may have. */
const unknownKind = changing((result) => {
  result.effects[0].kind = { Replace: { CLValue: { bytes: '', cl_type: 'Unit' } } };
});
const [lie] = lies;

describe('rule PROOF-7', () => {
  test('of nodes that each lie about another transaction, both are barred', async () => {
    const ofAnother = changing((result) => void result.effects.pop(), [second]);
    const { world, service } = await followed([lie?.lie, ofAnother, undefined]);
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done' });
    expect(held(world.tables)).toEqual(await undisturbed());
    expect(service.chain.report().map(({ code }) => code)).toEqual(['barred', 'barred', null]);
  });

  test('results in a form that is not known are taken from a node whose results are proved', async () => {
    const { world, service } = await followed([unknownKind, undefined]);
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done' });
    expect(held(world.tables)).toEqual(await undisturbed());
    expect(world.counted.get('SyncBlocksProved')).toBe(end - start);
  });

  test('where no node has them in a form that is known, they are as the nodes say, and it is said', async () => {
    const { world, service } = await followed([unknownKind, unknownKind]);
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done' });
    expect(world.counted.get('SyncBlocksProved')).toBe(end - start - 1);
    expect(world.logged.filter((line) => line.includes('what a block wrote is as a node says'))).toEqual([
      expect.stringMatching(new RegExp(`"height":${height},.*Replace`)),
    ]);
  });

  const registry =
    (answer: (params: Json, forward: (params?: Json) => Json) => Json): Alter =>
    (method, params, forward) =>
      method === 'query_global_state' &&
      params.key.startsWith('checksum-registry-') &&
      params.state_identifier.BlockHash === recording.blocks[height]?.hash
        ? answer(params, forward)
        : forward();
  const notFound = {
    jsonrpc: '2.0',
    id: 1,
    error: { code: -32003, message: 'Query failed', data: 'value was not found in the global state' },
  };

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

  test('where no node has the checksum, results are as the nodes say, and it is said', async () => {
    const { world, service } = await followed([registry(() => notFound), registry(() => notFound)]);
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done' });
    expect(world.counted.get('SyncBlocksProved')).toBe(end - start - 1);
    expect(world.logged.join()).toContain('no node has its checksum');
  });
});
