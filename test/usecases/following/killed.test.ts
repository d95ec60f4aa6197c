import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { type Question, questionsOf } from '../../recorded-truth/questions.ts';
import { dropTimers, inVirtualTime } from '../../support/in-virtual-time.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { upgradedAt, withoutHistory } from './alter.ts';
import { askAll, wrongAnswers } from './follow.ts';
import { copyOf, type Death, expectSame, expectWholeTrails, held, recover, tickAndDie } from './killed.ts';
import { liquidOf } from './liquid.ts';
import { type Alter, createWorld, type World } from './world.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);

interface Case {
  readonly what: string;
  readonly recording: 'chain-a' | 'chain-d';
  /** The tip at which everything was looked up and followed; undefined: nothing was yet. */
  readonly from: number | undefined;
  /** The tip of the tick that is killed. */
  readonly to: number;
  /** Which questions had been asked before; left out: all. */
  readonly asked?: (question: Question) => boolean;
  /** How the node differs from the recording, from the killed tick on. */
  readonly alter?: Alter;
  /** Left out: both. */
  readonly deaths?: readonly Death['when'][];
}

const noTokens = ({ kind }: Question): boolean => kind !== 'asset';

const cases: readonly Case[] = [
  { what: 'a block of several records', recording: 'chain-a', from: 50, to: 51 },
  { what: 'a switch block', recording: 'chain-a', from: 32, to: 33 },
  { what: 'the first tick', recording: 'chain-a', from: undefined, to: 40 },
  { what: 'five blocks at once', recording: 'chain-a', from: 36, to: 41 },
  { what: 'the upgrade of a contract', recording: 'chain-d', from: 83, to: 84 },
  { what: 'a token that was not looked up', recording: 'chain-d', from: 28, to: 29, asked: noTokens },
  { what: 'a new protocol version', recording: 'chain-a', from: 37, to: 39, alter: upgradedAt(39), deaths: ['after'] },
  {
    what: 'a skip over a gap',
    recording: 'chain-a',
    from: 30,
    to: 36,
    alter: withoutHistory(() => 33),
    deaths: ['after'],
  },
];
beforeAll(clValueDecoder);

const truths = { 'chain-a': recordedTruth('chain-a'), 'chain-d': recordedTruth('chain-d') };

describe.each(cases)(
  'rule FOLLOW-9: a runner that is killed in $what',
  ({ recording, from, to, asked = () => true, alter, deaths: ways = ['before', 'after'] }) => {
    const truth = truths[recording];
    const liquid = liquidOf[recording];
    const questions = questionsOf(truth, liquid);

    const worldOf = (tables?: MemoryTables): Promise<World> =>
      createWorld({
        recording,
        height: to,
        liquid,
        nodes: [tables && alter],
        ...(tables && { tables: copyOf(tables) }),
      });

    async function prepared(): Promise<MemoryTables> {
      const world = await worldOf();
      if (from === undefined) return world.tables;
      world.setHeight(from);
      const service = world.process();
      await runTick(service);
      await askAll(questions.filter(asked), service);
      return world.tables;
    }

    test.each(ways)('%s any call: the next ticks come to the same tables as a runner that is not killed', (when) =>
      inVirtualTime(async () => {
        const tables = await prepared();
        const undisturbed = await worldOf(tables);
        expect((await runTick(undisturbed.process())).stoppedBy).toBe('done');
        const expected = held(undisturbed.tables);
        expect(expected).not.toEqual(held(tables));

        let deaths = 0;
        for (let call = 1; ; call += 1) {
          const world = await worldOf(tables);
          if (!(await tickAndDie(world, { call, when }))) break;
          deaths += 1;
          await recover(world);
          expectSame({ call, ...held(world.tables) }, { call, ...expected });
          await expectWholeTrails(world.tables, tables);
          dropTimers();
        }
        expect(deaths).toBeGreaterThan(20);
      }),
    );

    test('after any call leaves nothing behind that makes an answer wrong', () =>
      inVirtualTime(async () => {
        const tables = await prepared();
        for (let call = 1; ; call += 7) {
          const world = await worldOf(tables);
          if (!(await tickAndDie(world, { call, when: 'after' }))) break;
          const reader = world.process();
          expect({ call, wrong: wrongAnswers(questions, await askAll(questions, reader), truth) }).toEqual({
            call,
            wrong: [],
          });
          await recover(world);
          world.pass(6_000);
          expect({ call, wrong: wrongAnswers(questions, await askAll(questions, reader), truth) }).toEqual({
            call,
            wrong: [],
          });
          await expectWholeTrails(world.tables, tables);
          dropTimers();
        }
      }));
  },
);
