import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import pLimit from 'p-limit';
import { loadRecording, type RecordingName } from '../../../infra/local/dev-chain/recording.ts';
import { eraBasis } from '../../../lib/domain/basis.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { followToTip } from '../../../lib/usecases/following/follow-to-tip.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { ask, wrongAnswers } from './follow.ts';
import { type Alter, createWorld } from './world.ts';

jest.setTimeout(120_000);

interface Recorded {
  readonly key: string;
  readonly versions: readonly { readonly height: number; readonly value?: { readonly BidKind: object } }[];
}

/** A node that answers the auction call. */
function answeringTheAuction(recording: RecordingName, more: readonly object[] = []): Alter {
  const file = join(import.meta.dirname, '../../../infra/local/recordings', recording, 'state.jsonl');
  const bids = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"bid-addr-'))
    .map((line) => JSON.parse(line) as Recorded);
  return (method, params, forward) => {
    if (method !== 'state_get_auction_info_v2') return forward();
    const height = loadRecording(recording).heightOfBlock.get(params.block_identifier.Hash) ?? 0;
    const there = bids.flatMap(({ versions }) => {
      const value = versions.findLast((version) => version.height <= height)?.value;
      return value === undefined ? [] : [{ bid: value.BidKind }];
    });
    return {
      jsonrpc: '2.0',
      id: 1,
      result: { api_version: '2.0.0', auction_state: { block_height: height, bids: [...there, ...more] } },
    };
  };
}

const stride = 4;

/** Follows the whole chain, and asks for every account and position after each tick. */
async function followed(recording: RecordingName, more?: readonly object[]) {
  const truth = recordedTruth(recording);
  const questions = questionsOf(truth).filter(
    ({ kind, id }) => ['account', 'staking'].includes(kind) && id.startsWith('account-hash-'),
  );
  const world = await createWorld({ recording, height: 1, nodes: [answeringTheAuction(recording, more)] });
  const service = world.process();
  const free = new Set<string>();
  let readAgain = 0;
  const ofEras = (id: string): boolean =>
    world.tables.records.get(refKey({ kind: 'account', id }))?.bases.some(({ name }) => name === eraBasis) ?? true;
  for (let height = 1; height <= truth.lastHeight; height += stride) {
    world.setHeight(height);
    world.pass(5_000);
    expect((await followToTip(service)).tick.stoppedBy).toBe('done');
    const before = new Map([...world.tables.records].map(([key, { block }]) => [key, block.height]));
    const options = { ...defaultReadOptions, minHeight: height };
    const asked = world.process();
    const answers = await pLimit(20).map(questions, (question) => ask(question, asked, options));
    expect(wrongAnswers(questions, answers, truth)).toEqual([]);
    for (const { kind, id } of questions) {
      const key = refKey({ kind, id });
      if (kind !== 'account' || ofEras(id)) free.delete(key);
      else if (free.has(key) && world.tables.records.get(key)?.block.height !== before.get(key)) readAgain += 1;
      else free.add(key);
    }
  }
  return { truth, free, readAgain };
}

test.each(['chain-a', 'chain-d'] as const)(
  'an account without any stake does not depend on the era, and no payout, forced undelegation or withdrawal is missed (%s, rule KIND-3)',
  async (recording) => {
    const { truth, free, readAgain } = await followed(recording);
    expect(free.size).toBeGreaterThan(1);
    expect(readAgain).toBe(0);
    for (const key of free) {
      const staked = truth.staking(key.slice('account#'.length), truth.lastHeight);
      expect(staked).toMatchObject({ delegations: [], unbondings: [], bid: null });
    }
  },
);

test('an account depends on the era while a bid of anyone else names its main purse (rule KIND-3)', async () => {
  const truth = recordedTruth('chain-d');
  const purses = truth.accounts.flatMap(({ id }) => {
    const purse = (truth.account(id, truth.lastHeight) as { mainPurse: string } | null)?.mainPurse;
    return purse === undefined ? [] : [purse.split('-')[1]];
  });
  const ofPurse = (purse: string | undefined) => ({
    bid: {
      Delegator: {
        delegator_kind: { Purse: purse },
        staked_amount: '1',
        bonding_purse: `uref-${'0'.repeat(64)}-007`,
        validator_public_key: `01${'ab'.repeat(32)}`,
        vesting_schedule: null,
      },
    },
  });
  const { free } = await followed('chain-d', purses.map(ofPurse));
  expect(free.size).toBe(0);
});
