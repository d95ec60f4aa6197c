import { expect, test } from '@jest/globals';
import { shardKeyOf, shardKeys } from '../../lib/store/index-shards.ts';

test('Events of one moment, and entries of one day, are spread evenly over sixteen keys, each of which readers ask', () => {
  const keys = Array.from({ length: 3_200 }, (_, at) => shardKeyOf('yes', `RecordChanged#asset#a:${at}#1`));
  const counts = Map.groupBy(keys, (key) => key);
  expect(shardKeys('yes')).toHaveLength(16);
  expect([...counts.keys()].sort()).toEqual(shardKeys('yes').sort());
  for (const { length } of counts.values()) expect(length).toBeLessThan(2 * (3_200 / 16));
});
