import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { chance } from '../../chain/pool/scripts/chance.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { inVirtualTime } from '../../support/in-virtual-time.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll, idOf, keyOf, recordsIn, refOf, wrongAnswers } from './follow.ts';
import { liquidOf } from './liquid.ts';
import { type Ref, recordedWrites } from './recorded-writes.ts';
import { createWorld } from './world.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);

export interface Followed {
  readonly recording: 'chain-a' | 'chain-d';
  readonly runs: readonly Run[];
}

export interface Run {
  /** The height at which sync begins. */
  readonly start: number;
  /** By how many blocks the chain grows between two ticks; repeated. */
  readonly steps: readonly number[];
}

/** Drawn from `ASTAKE_SEED`; the same seed gives the same run. */
export function drawnRun(recording: string): Run & { readonly seed: number } {
  const seed = Number(process.env.ASTAKE_SEED ?? 1);
  const draw = chance(seed, `follow ${recording}`);
  const steps = Array.from({ length: 12 }, () => Math.floor(draw.between(1, 10)));
  return { seed, start: Math.floor(draw.between(0, 60)), steps };
}

/** Follows a recording. Compares every answer with it, and the records that are read again with its raw effects. */
export function describeFollowing({ recording, runs }: Followed): void {
  const liquid = liquidOf[recording];
  const truth = recordedTruth(recording);
  const writes = recordedWrites(recording, truth, liquid);
  const questions = questionsOf(truth, liquid);

  beforeAll(clValueDecoder);

  describe.each(runs)('%j', ({ start, steps }) => {
    test('every answer is true, sync reads only what was written, and what did not change is verified without a call', () =>
      inVirtualTime(async () => {
        const world = await createWorld({ recording, height: start, liquid });
        const service = world.process();
        const { tables } = world;
        const batches: [number, number][] = [];
        /** From this height on, positions depend on the liquid-staking basis. */
        let liquidSince = Number.POSITIVE_INFINITY;
        /** Whether a basis of the record may have changed since its own block. */
        const mayDependOnChange = (ref: Ref, own: number): boolean =>
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
            const affected = [...before].flatMap(([key, own]) =>
              writes.affects(refOf(key), own, after, height) ? [key] : [],
            );
            expect([height, refreshed.sort()]).toEqual([height, [...new Set([...affected, ...minted])].sort()]);
          }

          world.pass(5_100);
          const kept = recordsIn(tables);
          const unchanged = questions.filter((question) => {
            const own = kept.get(keyOf(question, service));
            return own !== undefined && !mayDependOnChange(idOf(question, service), own);
          });
          const callsBefore = service.chain.calls();
          const verified = await askAll(unchanged, service);
          expect([height, service.chain.calls() - callsBefore]).toEqual([height, 0]);
          const claims = verified.map(({ ref, source, verifiedThrough }) => [
            refKey(ref),
            source,
            verifiedThrough.height,
          ]);
          expect(claims).toEqual(unchanged.map((question) => [keyOf(question, service), 'cache', height]));

          const others = questions.filter((question) => !unchanged.includes(question));
          const answers = [...verified, ...(await askAll(others, service))];
          expect([height, wrongAnswers([...unchanged, ...others], answers, truth)]).toEqual([height, []]);
          if (tables.records.has(`basis#liquid:${liquid.package}`)) liquidSince = Math.min(liquidSince, height);
        }
        expect({ missed: world.counted.get('Missed'), conflicts: world.counted.get('Conflict') }).toEqual({});
      }));
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
