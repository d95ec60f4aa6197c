import { describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { readHealth } from '../../../lib/usecases/health/health.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll } from './follow.ts';
import { held } from './killed.ts';
import { type Alter, createWorld, type WorldOptions } from './world.ts';

export const recording = loadRecording('chain-e');
export const truth = recordedTruth('chain-e');
export const questions = questionsOf(truth);
export const [start, end] = [40, 46];
/** In the middle of the batch, with several transactions. */
export const height = 43;

interface Following extends Pick<WorldOptions, 'made'> {
  readonly percent?: number;
  readonly unsigned?: 'refuse' | 'label';
}

/** Sync stands at `start`, all records are kept, and the chain is at `end`. */
export async function followed(
  nodes: readonly (Alter | undefined)[],
  { percent = 100, unsigned = 'refuse', ...others }: Following = {},
) {
  const env = { ASTAKE_PROVE_PERCENT: String(percent), ASTAKE_UNSIGNED: unsigned };
  const world = await createWorld({ recording: 'chain-e', height: start, nodes, env, ...others });
  const service = world.process();
  expect((await runTick(service)).stoppedBy).toBe('done');
  await askAll(questions, service);
  world.setHeight(end);
  return { world, service };
}

let known: Promise<object> | undefined;
/** What is stored where all nodes are right. */
export function undisturbed(): Promise<object> {
  known ??= (async () => {
    const { world, service } = await followed([undefined]);
    expect(await runTick(service)).toMatchObject({ from: start + 1, to: end, stoppedBy: 'done' });
    expect(world.counted.get('SyncBlocksProved')).toBe(end - start);
    return held(world.tables);
  })();
  return known;
}

export interface Lie {
  /** What the node does, to follow "a node that". */
  readonly what: string;
  readonly lie: Alter;
  /** Why it is not believed. */
  readonly why: string;
}

export function describeLies(rule: string, method: string, lies: readonly Lie[]): void {
  describe.each(lies)(`rule ${rule}: a node that $what`, ({ lie, why }) => {
    test('is barred, and the block is followed as another node has it', async () => {
      const { world, service } = await followed([lie, undefined]);
      expect(await runTick(service)).toMatchObject({ from: start + 1, to: end, stoppedBy: 'done' });
      expect(held(world.tables)).toEqual(await undisturbed());
      const [first, second] = service.chain.report();
      expect(first).toMatchObject({ code: 'barred', method, reason: expect.stringContaining(why) });
      expect(second).toMatchObject({ state: 'healthy' });
      // Rule AUDIT-6.
      expect(world.tables.audit.get('node#n1')).toContainEqual(
        expect.objectContaining({
          cause: 'refusal',
          block: expect.objectContaining({ height: expect.any(Number), hash: expect.any(String) }),
          after: expect.objectContaining({
            method,
            reason: expect.stringContaining(why),
            refuted: expect.stringMatching(/^(?:block_header|block_body|execution_results)$/),
            expected: expect.objectContaining({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) }),
            sent: expect.objectContaining({ blake2b: expect.stringMatching(/^[0-9a-f]{64}$/) }),
          }),
        }),
      );
    });

    test('does not move sync where all nodes do the same, and health says why', async () => {
      const { world, service } = await followed([lie, lie]);
      for (let ticks = 1; ticks <= 3; ticks += 1) {
        expect(await runTick(service)).toMatchObject({ stoppedBy: 'chain', reason: expect.stringContaining(why) });
        world.pass(100_000);
      }
      // Which blocks below it are followed depends on when nodes are barred: blocks are read four at once.
      expect(world.tables.progress.cursor?.height).toBeLessThan(height);
      expect(JSON.stringify(await readHealth(service))).toContain(why);
    });
  });
}
