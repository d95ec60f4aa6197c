import { describe, expect, test } from '@jest/globals';
import { refKey } from '../../../lib/domain/entity.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { chance } from '../../chain/pool/scripts/chance.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll, idOf, keyOf, lies, recordsIn, refOf } from './follow.ts';
import { liquidOf } from './liquid.ts';
import { type Ref, recordedWrites } from './recorded-writes.ts';
import { createWorld } from './world.ts';

export interface Followed {
  readonly recording: 'chain-a' | 'chain-d';
  readonly runs: readonly Run[];
}

export interface Run {
  /** Where sync begins. */
  readonly start: number;
  /** By how many blocks the chain grows between two ticks, in turn. */
  readonly steps: readonly number[];
}

/** Drawn by `ASTAKE_SEED`, which plays a run again. */
export function drawnRun(recording: string): Run & { readonly seed: number } {
  const seed = Number(process.env.ASTAKE_SEED ?? 1);
  const draw = chance(seed, `follow ${recording}`);
  const steps = Array.from({ length: 12 }, () => Math.floor(draw.between(1, 10)));
  return { seed, start: Math.floor(draw.between(0, 60)), steps };
}

/** Follows a recording, and holds every answer against it; what is read again and what is not, against its raw effects. */
export function describeFollowing({ recording, runs }: Followed): void {
  const liquid = liquidOf[recording];
  const truth = recordedTruth(recording);
  const writes = recordedWrites(recording, truth, liquid);
  const questions = questionsOf(truth, liquid);

  describe.each(runs)('%j', ({ start, steps }) => {
    test('every answer is true, no more is read than was written, and what holds is proved without a call', async () => {
      const world = await createWorld({ recording, height: start, liquid });
      const service = world.process();
      const { tables } = world;
      const batches: [number, number][] = [];
      /** Positions rest on it from the moment at which it is there and somebody has read it. */
      let liquidSince = Number.POSITIVE_INFINITY;
      /** What it shares with others may be another than at its own block. */
      const isInDoubt = (ref: Ref, own: number): boolean =>
        (ref.kind === 'staking' && own < liquidSince) ||
        batches.some(([after, through]) => through > own && writes.sharedChanged(ref, Math.max(after, own), through));

      for (const height of heightsOf(start, steps, truth.lastHeight)) {
        const before = recordsIn(tables);
        const after = tables.progress.cursor?.height;
        world.setHeight(height);
        const done = await runTick(service);
        expect([height, done.stoppedBy, done.reason]).toEqual([height, 'done', null]);
        expect(tables.progress.cursor?.height).toBe(height);

        if (after !== undefined) {
          batches.push([after, height]);
          const refreshed = [...recordsIn(tables)].filter(([, own]) => own > after).map(([key]) => key);
          const minted = writes.owned(after, height).map(refKey);
          const touched = [...before].flatMap(([key, own]) =>
            writes.touched(refOf(key), own, after, height) ? [key] : [],
          );
          expect([height, refreshed.sort()]).toEqual([height, [...new Set([...touched, ...minted])].sort()]);
        }

        world.pass(5_100);
        const kept = recordsIn(tables);
        const holds = questions.filter((question) => {
          const own = kept.get(keyOf(question, service));
          return own !== undefined && !isInDoubt(idOf(question, service), own);
        });
        const callsBefore = service.chain.calls();
        const proved = await askAll(holds, service);
        expect([height, service.chain.calls() - callsBefore]).toEqual([height, 0]);
        const told = proved.map(({ ref, source, verifiedThrough }) => [refKey(ref), source, verifiedThrough.height]);
        expect(told).toEqual(holds.map((question) => [keyOf(question, service), 'cache', height]));

        const others = questions.filter((question) => !holds.includes(question));
        const answers = [...proved, ...(await askAll(others, service))];
        expect([height, lies([...holds, ...others], answers, truth)]).toEqual([height, []]);
        if (tables.records.has(`basis#liquid:${liquid.package}`)) liquidSince = Math.min(liquidSince, height);
      }
      expect({ missed: world.counted.get('Missed'), conflicts: world.counted.get('Conflict') }).toEqual({});
    });
  });
}

function* heightsOf(start: number, steps: readonly number[], last: number): Generator<number> {
  let height = start;
  for (let step = 0; height < last; step += 1) {
    yield height;
    height += steps[step % steps.length] ?? 1;
  }
  yield last;
}
