import { type BlockRef, blockRef } from '../../domain/block.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { type Updated, updatesOf } from '../dynamodb/conditional.ts';
import { all } from '../dynamodb/expression.ts';
import { tableName } from '../tables.ts';
import { chain } from './chain-item.ts';

/** The first branch is written nowhere: an item without one is on it. */
const onFirstBranch = 'attribute_not_exists(#branch) OR #branch = :branch';
const onBranch = (branch: number) => (branch === 0 ? onFirstBranch : '#branch = :branch');
const noLaterTurn = 'attribute_not_exists(#turn) OR #turn <= :turn';
const rulesNotNewer = 'attribute_not_exists(#rules) OR #rules <= :rules';

const markRises = 'attribute_not_exists(#mark) OR #mark < :mark';
const markStays = '#mark >= :mark';

const noCursor = 'attribute_not_exists(#cursor)';
const cursorAt = '#cursor.#height = :height AND #cursor.#hash = :hash';

/** By other rules each basis is to be read again. */
const raise = 'SET #rules = :rules, #followedFrom = :height REMOVE #settings';
const rulesRise = 'attribute_not_exists(#rules) OR #rules < :rules';

const goBack =
  'SET #branch = :next, #rewinds = list_append(if_not_exists(#rewinds, :none), :rewind), #cursor = :to, #mark = :mark';
/** What was seen to be the tip is gone with its branch, and every basis is to be read again. */
const forgetBranch = 'REMOVE #head, #settings';
const followedFromAbove = '#followedFrom > :mark';
const followedFromBelow = 'attribute_not_exists(#followedFrom) OR #followedFrom <= :mark';

type CursorStore = Pick<ProgressStore, 'publishMark' | 'moveCursor' | 'raiseLogicVersion' | 'askForBases' | 'rewind'>;

/** What sync has done, and what it is about to do: each change in one conditional write. */
export function createCursor(dynamo: Dynamo, prefix: string): CursorStore {
  const update = updatesOf(dynamo, tableName(prefix, 'progress'));

  return {
    async publishMark(mark, branch, turn) {
      const still = all(onBranch(branch), noLaterTurn);
      const values = { ':mark': mark, ':branch': branch, ':turn': turn };
      // The mark falls on no branch: what does not rise, stays.
      const risen = await update(chain, 'SET #mark = :mark, #turn = :turn', all(still, markRises), values);
      return risen.made || (await update(chain, 'SET #turn = :turn', all(still, markStays), values)).made;
    },

    async moveCursor({ from, fork, leaseToken, to, reconcileFrom, ...members }) {
      const { followedFrom, protocolVersion, logicVersion, settings } = members;
      const moved = {
        cursor: blockRef(to),
        turn: leaseToken,
        followedFrom,
        protocolVersion,
        rules: logicVersion,
        settings,
        ...(reconcileFrom !== undefined && { reconcileFrom }),
      };
      const change = `SET ${Object.keys(moved).map((name) => `#${name} = :${name}`)}`;
      const still = all(from === null ? noCursor : cursorAt, onBranch(fork), noLaterTurn, rulesNotNewer);
      const values = {
        ...valuesOf(moved),
        ':branch': fork,
        ':mark': to.height,
        ...(from !== null && { ':height': from.height, ':hash': from.hash }),
      };
      const isOwn = (there: Image) => isAt(there, to) && Number(there.turn?.N) === leaseToken;
      const risen = await update(chain, `${change}, #mark = :mark`, all(still, markRises), values);
      if (wasMade(risen, isOwn)) return true;
      return wasMade(await update(chain, change, all(still, markStays), values), isOwn);
    },

    async raiseLogicVersion(rules, { height, hash }) {
      const values = { ':rules': rules, ':height': height, ':hash': hash };
      const raised = await update(chain, raise, all(rulesRise, cursorAt), values);
      return wasMade(raised, (there) => isAt(there, { height, hash }) && Number(there.rules?.N) === rules);
    },

    async askForBases() {
      await update(chain, 'REMOVE #settings', undefined, {});
    },

    async rewind(to, branch) {
      const next = branch + 1;
      const values = {
        ':branch': branch,
        ':next': next,
        ':none': [],
        ':rewind': [{ branch: next, height: to.height }],
        ':to': blockRef(to),
        ':mark': to.height,
      };
      const lowered = [
        `${goBack}, #followedFrom = :mark ${forgetBranch}`,
        all(onBranch(branch), followedFromAbove),
      ] as const;
      const left = [`${goBack} ${forgetBranch}`, all(onBranch(branch), followedFromBelow)] as const;
      const isOwn = (there: Image) => isAt(there, to) && Number(there.branch?.N) === next;
      // It falls on no branch: found below, and then above, it is above for good.
      for (const [change, condition] of [lowered, left, lowered]) {
        if (wasMade(await update(chain, change, condition, values), isOwn)) return true;
      }
      return false;
    },
  };
}

type Image = Extract<Updated, { made: false }>['there'];

/** A write whose answer was lost is sent again, and must not lose against itself. */
const wasMade = (updated: Updated, isOwn: (there: Image) => boolean): boolean =>
  updated.made || (updated.sentAgain && isOwn(updated.there));

const isAt = ({ cursor }: Image, { height, hash }: Pick<BlockRef, 'height' | 'hash'>): boolean =>
  Number(cursor?.M?.height?.N) === height && cursor?.M?.hash?.S === hash;

const valuesOf = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [`:${name}`, value]));
