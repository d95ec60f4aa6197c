import { describe, expect, test } from '@jest/globals';
import { type Load, play, randomOf } from './fleet.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 20_261_130);

/** Every half minute, all but a few instances end, and come back later. */
const inAndOut =
  (instances: number) =>
  (second: number): number =>
    Math.max(1, Math.round(instances * (second % 60 < 30 ? 1 : 0.2)));

type Shape = Omit<Load, 'instances' | 'limit' | 'random'>;

const shapes = (instances: number): readonly (readonly [name: string, shape: Shape])[] => [
  ['steadily, exactly its limit', { demand: 1 }],
  ['steadily, twice its limit', { demand: 2 }],
  ['exactly its limit, in bursts every four seconds', { demand: 1, bursts: [4, 0, 0, 0] }],
  ['exactly its limit, nine tenths of it of one instance', { demand: 1, skew: 0.9 }],
  ['twice its limit, nine tenths of it of one instance', { demand: 2, skew: 0.9 }],
  ['exactly its limit, of instances that live two minutes', { demand: 1, replacedEvery: Math.ceil(120 / instances) }],
  ['exactly its limit, of instances that come and go', { demand: 1, atWork: inAndOut(instances) }],
  ['twice its limit, of instances that come and go', { demand: 2, atWork: inAndOut(instances) }],
];

const loads = [1, 4, 16, 50].flatMap((instances) =>
  shapes(instances).map(([name, shape]) => [name, instances, shape] as const),
);

describe('A caller that asks', () => {
  test.each(loads)(
    '%s, over %d instances, has four fifths of it, and a fifth more in no minute (rule LIMIT-6)',
    async (_, instances, shape) => {
      const played = await play({ instances, limit: 120 * instances, ...shape, random: randomOf(seed) });
      expect(played.most).toBeLessThanOrEqual(1.2);
      expect(played.share).toBeGreaterThanOrEqual(0.8);
      // Rule LIMIT-7: at least one in each bucket in which an instance is asked.
      expect(played.writes / instances / played.minutes).toBeLessThanOrEqual(12);
    },
  );

  test.each([1, 4, 16, 50])(
    'in bursts half a minute apart, over %d instances, has three quarters',
    async (instances) => {
      const bursts = [1, ...Array.from({ length: 29 }, () => 0)];
      const played = await play({ instances, limit: 120 * instances, demand: 1.5, bursts, random: randomOf(seed) });
      expect(played.most).toBeLessThanOrEqual(1.2);
      expect(played.share).toBeGreaterThanOrEqual(0.75);
    },
  );

  test('less than its limit is hardly refused', async () => {
    const played = await play({ instances: 50, limit: 6_000, demand: 0.8, random: randomOf(seed) });
    expect(played.share).toBeGreaterThanOrEqual(0.97);
  });

  test('twice its limit of 60 over 50 instances has four fifths of it, for at most a write for each request', async () => {
    const played = await play({ instances: 50, limit: 60, demand: 2, random: randomOf(seed), seconds: 600 });
    expect(played.most).toBeLessThanOrEqual(1.2);
    expect(played.share).toBeGreaterThanOrEqual(0.8);
    expect(played.writes).toBeLessThanOrEqual(played.asked);
  });

  test.each([4, 16])(
    '2,000 times a minute and instance, over %d, costs at most five writes for 1,000 requests (rule LIMIT-7)',
    async (instances) => {
      for (const shape of [{ demand: 2 }, { demand: 2, skew: 0.9 }, { demand: 2, bursts: [4, 0, 0, 0] }]) {
        const played = await play({
          instances,
          limit: 1_000 * instances,
          ...shape,
          random: randomOf(seed),
          seconds: 180,
        });
        expect((played.writes / played.asked) * 1_000).toBeLessThanOrEqual(5);
      }
    },
  );
});
