import { expect } from '@jest/globals';
import { recordedExamples } from '../../../../infra/local/dev-chain/recorded-examples.ts';
import type { Answer } from '../../../../lib/domain/answer.ts';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import type { EntityRecord } from '../../../../lib/domain/record.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import { type Question, questionsOf } from '../../../recorded-truth/questions.ts';
import { recordedTruth } from '../../../support/recorded-truth.ts';
import { idOf, wrongAnswers } from '../follow.ts';
import { liquidOf } from '../liquid.ts';
import { createWorld, type Json, type World } from '../world.ts';
import { pausedBefore } from './paused.ts';

/**
 * A position in the liquid-staking contract of chain-d, and its account. The rate changes at 83, 85, 88 and 100;
 * the position's own keys are written at 72, 75, 83, 87 and 90, and eras end at 78, 91 and 104.
 */
export const truth = recordedTruth('chain-d');
export const liquid = liquidOf['chain-d'];
export const basisName = `liquid:${liquid.package}`;
const holder = recordedExamples['chain-d'].owner;
export const staking = asked('staking', holder);
export const account = asked('account', holder);

export function asked(kind: Question['kind'], id: string): Question {
  const found = questionsOf(truth, liquid).find((question) => question.kind === kind && question.id === id);
  if (found === undefined) throw new Error(`the recording has no ${kind} ${id}`);
  return found;
}

/** The answer is what the recording holds, at its own block and at the block through which it is verified. */
export const expectTrue = (question: Question, answer: Answer): void =>
  expect(wrongAnswers([question], [answer], truth)).toEqual([]);

export const claimOf = ({ source, block, verifiedThrough }: Answer) => ({
  source,
  at: block.height,
  through: verifiedThrough.height,
});

export function basisIn({ tables }: World): EntityRecord {
  const basis = tables.records.get(`basis#${basisName}`);
  if (basis === undefined) throw new Error('no basis is stored');
  return basis;
}

export interface Contract {
  readonly world: World;
  /** From now on the node gives this answer for the contract's package; undefined: the recorded one. */
  give(answer: ((answer: Json) => Json) | undefined): void;
}

export async function contractAt(height: number): Promise<Contract> {
  let given: ((answer: Json) => Json) | undefined;
  const world = await createWorld({
    recording: 'chain-d',
    height,
    liquid,
    nodes: [
      (method, params, forward) =>
        given !== undefined && method === 'query_global_state' && params.key === `hash-${liquid.package}`
          ? given(forward())
          : forward(),
    ],
  });
  return {
    world,
    give: (answer) => {
      given = answer;
    },
  };
}

export const storedAs =
  (stored: Json) =>
  (answer: Json): Json => ({ result: { ...answer.result, stored_value: stored } });

/** A reader of the position at 85 stops before this call of its store; at 88 no node gives the rewards. */
export async function pausedPositionReader(call: string) {
  let refuses = false;
  const world = await createWorld({
    recording: 'chain-d',
    height: 85,
    nodes: [
      (method, _params, forward) =>
        refuses && method === 'chain_get_era_summary'
          ? { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } }
          : forward(),
    ],
  });
  await runTick(world.process());
  const ref = idOf(staking, world.process());
  const { reader, paused, resume } = pausedBefore(call, ref, world);
  const reading = lookup(ref, defaultReadOptions, reader);
  await paused;
  world.setHeight(88);
  refuses = true;
  const giveRewards = (): void => {
    refuses = false;
  };
  return { world, ref, reading, resume, giveRewards };
}
