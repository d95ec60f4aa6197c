import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keptPositions } from '../../../../infra/local/aws/stream-positions.ts';

let file: string;
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'positions-')), 'streams.json');
});
afterEach(() => rm(join(file, '..'), { recursive: true, force: true }));

test('positions of two streams, written at once, are there at the next start; a new stream begins at its start', async () => {
  const positions = keptPositions(file);
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => positions.handled(n % 2 === 0 ? 'one' : 'two', 'shard', String(n))),
  );
  const next = keptPositions(file);
  expect([next.after('one', 'shard'), next.after('two', 'shard')]).toEqual(['18', '19']);
  expect([next.after('one', 'other'), next.after('three', 'shard')]).toEqual([undefined, undefined]);
});

test.each(['', '{"one shard":', '[]', '{"one shard":7}'])('a file that holds %j is as none', async (text) => {
  await writeFile(file, text);
  expect(keptPositions(file).after('one', 'shard')).toBeUndefined();
});
