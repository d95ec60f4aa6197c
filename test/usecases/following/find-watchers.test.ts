import { expect, test } from '@jest/globals';
import { findWatchers } from '../../../lib/usecases/following/find-watchers.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

test('rule FOLLOW-4: only the written keys that have a presence item are queried, each once', async () => {
  const calls: [string, unknown][] = [];
  const { watches } = createMemoryStore({ onCall: (name, [first]) => void calls.push([name, first]) });
  await watches.put('asset#a', ['k1', 'k2'], 500);
  await watches.put('asset#b', ['k2', 'not written'], 500);
  calls.length = 0;

  const unwatched = Array.from({ length: 300 }, (_, at): [string, number[]] => [`unwatched-${at}`, [61]]);
  const written = new Map<string, number[]>([...unwatched, ['k1', [62]], ['k2', [61, 63]]]);
  const { found, present } = await findWatchers(written, { watches }, new Set(['not written', 'never written']));
  expect([...found].sort()).toEqual([
    ['asset#a', { ref: { kind: 'asset', id: 'a' }, writtenAt: [61, 62, 63], keys: ['k1', 'k2'] }],
    ['asset#b', { ref: { kind: 'asset', id: 'b' }, writtenAt: [61, 63], keys: ['k2'] }],
  ]);
  expect([...present]).toEqual(['k1', 'k2', 'not written']);
  expect(calls).toEqual([
    ['watches.present', [...written.keys(), 'not written', 'never written']],
    ['watches.watchers', 'k1'],
    ['watches.watchers', 'k2'],
  ]);
});
