import { describe, expect, test } from '@jest/globals';
import { refKey } from '../../../lib/domain/entity.ts';
import { followToTip } from '../../../lib/usecases/following/follow-to-tip.ts';
import { type Question, questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll, recordsIn, refOf } from './follow.ts';
import { liquidOf } from './liquid.ts';
import { recordedWrites } from './recorded-writes.ts';
import { createWorld } from './world.ts';

const truth = recordedTruth('chain-d');
const liquid = liquidOf['chain-d'];
const writes = recordedWrites('chain-d', truth, liquid);
const questions = questionsOf(truth, liquid);
const start = 60;

describe('The calls that a block costs (rule FOLLOW-4)', () => {
  test('do not depend on how many records are tracked, but on those that it wrote', async () => {
    const few = await following(oneOfEach());
    const many = await following(questions);
    expect([few.records().size < 12, many.records().size > 120]).toEqual([true, true]);
    const compared: number[] = [];
    for (let height = start + 1; height <= truth.lastHeight; height += 1) {
      const extra = [...many.records()].filter(([key]) => !few.records().has(key));
      const isAffected = extra.some(([key, own]) => writes.affects(refOf(key), own, height - 1, height));
      const isMinted = writes.owned(height - 1, height).some((ref) => !few.records().has(refKey(ref)));
      const [cost, costOfMany] = [await few.follow(height), await many.follow(height)];
      if (isAffected || isMinted) continue;
      expect([height, costOfMany]).toEqual([height, cost]);
      compared.push(height);
    }
    expect(compared.length).toBeGreaterThan(40);
    expect(compared.some((height) => truth.switchBlocks.includes(height))).toBe(true);
  });
});

interface Following {
  records(): ReadonlyMap<string, number>;
  /** Calls of the node and of the store, by name. */
  follow(height: number): Promise<Readonly<Record<string, number>>>;
}

async function following(asked: readonly Question[]): Promise<Following> {
  const calls = new Map<string, number>();
  const note = (call: string): void => void calls.set(call, (calls.get(call) ?? 0) + 1);
  const world = await createWorld({ recording: 'chain-d', height: start, liquid });
  const service = world.process({ onCall: note, onRequest: note });
  await followToTip(service);
  await askAll(asked, service);
  return {
    records: () => recordsIn(world.tables),
    async follow(height) {
      calls.clear();
      world.setHeight(height);
      expect((await followToTip(service)).tick.stoppedBy).toBe('done');
      return Object.fromEntries([...calls].sort());
    },
  };
}

/** One question for each basis. */
function oneOfEach(): Question[] {
  const collections = truth.collections.map(({ packageHash }) => `${packageHash}:`);
  const isFirst = ({ kind, id }: Question): boolean =>
    kind === 'asset' ? collections.some((prefix) => id.startsWith(prefix)) : true;
  const found = new Map<string, Question>();
  for (const question of questions.filter(isFirst)) {
    const shared = question.kind === 'asset' ? question.id.split(':')[0] : question.kind;
    if (question.truth(start) !== null && !found.has(`${shared}`)) found.set(`${shared}`, question);
  }
  return [...found.values()];
}
