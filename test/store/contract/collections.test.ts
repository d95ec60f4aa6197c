import { expect, test } from '@jest/globals';
import { enumerationOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const at = '2026-01-01T00:00:00.000Z';
const interruptionAt = (height: number, fork = 0) => ({ height, fork, reason: `block ${height}`, at });

onBoth((create) => {
  test('gives the states of collections in the order asked for, also of those that nothing is known of', async () => {
    const { collections } = (await create()).store;
    await collections.change(enumerationOf({ packageHash: 'bb' }));
    const [a, b, again] = await collections.get(['aa', 'bb', 'aa']);
    expect(a).toEqual({ packageHash: 'aa', enumeration: null, interruption: null });
    expect(b).toEqual({ packageHash: 'bb', enumeration: enumerationOf({ packageHash: 'bb' }), interruption: null });
    expect(again).toEqual(a);
    expect(await collections.get([])).toEqual([]);
  });

  test('of two workers that move an enumeration on at once, one does (rule COLLECT-3)', async () => {
    const { collections } = (await create()).store;
    expect(await collections.change(enumerationOf())).toBe(true);
    expect(await collections.change(enumerationOf({ next: 3 }))).toBe(false);
    expect(await collections.change(enumerationOf({ next: 3, reason: 'why', revision: 2 }))).toBe(true);
    expect(await collections.change(enumerationOf({ next: 4, revision: 2, updatedAt: 'later' }))).toBe(false);
    expect(await collections.change(enumerationOf({ next: 5, revision: 3, finishedAt: at, total: null }))).toBe(true);
    const [state] = await collections.get(['aa']);
    expect(state?.enumeration).toEqual(enumerationOf({ next: 5, revision: 3, finishedAt: at, total: null }));
  });

  test('keeps the latest interruption, whatever becomes of the enumeration (rule COLLECT-4)', async () => {
    const { collections } = (await create()).store;
    const interruption = async () => (await collections.get(['aa']))[0]?.interruption;
    await collections.interrupt('aa', interruptionAt(7));
    expect(await interruption()).toEqual(interruptionAt(7));
    expect(await collections.change(enumerationOf())).toBe(true);
    await collections.interrupt('aa', interruptionAt(6));
    expect(await interruption()).toEqual(interruptionAt(7));
    await collections.interrupt('aa', interruptionAt(8));
    expect(await interruption()).toEqual(interruptionAt(8));
    await collections.interrupt('aa', interruptionAt(3, 1));
    await collections.interrupt('aa', interruptionAt(9));
    expect(await interruption()).toEqual(interruptionAt(3, 1));
    expect(await collections.change(enumerationOf({ revision: 2 }))).toBe(true);
    expect(await interruption()).toEqual(interruptionAt(3, 1));
  });
});
