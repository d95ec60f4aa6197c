import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tick } from '../../lib/usecases/tick.ts';
import { type LiquidSettings, recordedTruth } from '../support/recorded-truth.ts';
import { startService, type TestService } from '../support/service.ts';
import { questionsOf } from '../walk/questions.ts';
import { askAll, lies } from './follow.ts';

export interface Followed {
  readonly recording: 'chain-a' | 'chain-d';
  readonly liquid: LiquidSettings;
  /** Where sync begins. */
  readonly starts: readonly number[];
  /** By how many blocks the chain grows between two ticks, in turn. */
  readonly steps: readonly number[];
}

export function describeFollowing({ recording, liquid, starts, steps }: Followed): void {
  const truth = recordedTruth(recording);
  const questions = questionsOf(truth, liquid);

  describe.each(starts)('from block %i on', (start) => {
    let running: TestService;
    beforeAll(async () => {
      const settings = JSON.stringify({ ...liquid, itemKey: 'base64-key' });
      running = await startService({ recording, height: start, env: { ASTAKE_LIQUID_STAKING: settings } });
    });
    afterAll(() => running?.close());

    test('every answer equals the recording, at its block and through the one it is verified through', async () => {
      const { service, node, store } = running;
      let height = start;
      for (let step = 0; height <= truth.lastHeight; step += 1) {
        node.setHeight(height);
        const done = await tick(service);
        expect({ height, stoppedBy: done.stoppedBy, reason: done.reason }).toEqual({
          height,
          stoppedBy: 'done',
          reason: null,
        });
        expect(store.tables.progress.cursor?.height).toBe(height);
        running.pass(1_100);
        const answers = await askAll(questions, service);
        expect({ height, lies: lies(questions, answers, truth) }).toEqual({ height, lies: [] });
        height =
          height === truth.lastHeight
            ? height + 1
            : Math.min(truth.lastHeight, height + (steps[step % steps.length] ?? 1));
      }
    });
  });
}
