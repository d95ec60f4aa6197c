import { type BlockRef, blockRef } from '../../domain/block.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import { withRewind } from '../../domain/progress.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { all, type Updated, updatesOf } from '../dynamodb/conditional.ts';
import { tableMark, tableName } from '../tables.ts';
import { chain, headItem, readProgress } from './chain-item.ts';

/*
 * Expressions name stored attributes, which keep the names of the first version (see `chain-item.ts`): `branch` is the fork,
 * `rules` the logic version, `turn` the fencing token of the sync lease.
 */

/** The first fork is not stored: an item without a fork is on it. */
const onFirstFork = 'attribute_not_exists(#branch) OR #branch = :fork';
const onFork = (fork: number, name = ':fork') =>
  fork === 0 ? onFirstFork.replace(':fork', name) : `#branch = ${name}`;
const noHigherToken = 'attribute_not_exists(#turn) OR #turn <= :turn';
const logicVersionNotHigher = 'attribute_not_exists(#rules) OR #rules <= :rules';

const markRises = 'attribute_not_exists(#mark) OR #mark < :mark';
const markStays = '#mark >= :mark';

const setMark = 'SET #mark = :mark, #turn = :turn, #tables = :tables';

const noCursor = 'attribute_not_exists(#cursor)';
const cursorAt = '#cursor.#height = :height AND #cursor.#hash = :hash';

/** Under another logic version each basis must be read again. */
const raise = 'SET #rules = :rules, #followedFrom = :height, #activityFrom = :height REMOVE #settings';
const logicVersionRises = 'attribute_not_exists(#rules) OR #rules < :rules';

const goBack = 'SET #branch = :next, #rewinds = :rewinds, #cursor = :to, #mark = :mark';
/** Every basis must be read again. The head that was seen is of the abandoned fork by what its own item says. */
const forgetFork = 'REMOVE #settings';
const followedFromAbove = '#followedFrom > :mark';
const followedFromBelow = 'attribute_not_exists(#followedFrom) OR #followedFrom <= :mark';

const endReconcileFrom = 'REMOVE #reconcileFrom';
const notAbove = '#reconcileFrom.#height <= :height';
/** The first version stored no moment: such a request is older than any other. */
const askedBefore = 'attribute_not_exists(#reconcileFrom.#at) OR #reconcileFrom.#at < :since';

/** Rule ITEM-6: a progress that was restored becomes that of these tables, as it is read there. */
const takeOver =
  'SET #branch = :fork, #tables = :tables REMOVE #cursor, #mark, #turn, #followedFrom, #activityFrom, #protocolVersion, #rules, #settings, #discovers, #stalled, #stallNote, #reconcileFrom';
const ofOtherTables = 'attribute_exists(#tables) AND #tables <> :tables';

type CursorStore = Pick<
  ProgressStore,
  'publishMark' | 'moveCursor' | 'raiseLogicVersion' | 'askForBases' | 'rewind' | 'reconciled'
>;

/** What sync has done, and what it is about to do: each change is one conditional write. */
export function createCursor(dynamo: Dynamo, prefix: string): CursorStore {
  const update = updatesOf(dynamo, tableName(prefix, 'progress'));
  const tables = tableMark(prefix);

  return {
    /** Rules FOLLOW-1 and FOLLOW-9: the mark never falls on a fork, and a runner with a lower token writes nothing. */
    async publishMark(mark, fork, leaseToken) {
      const still = all(onFork(fork), noHigherToken);
      const values = { ':mark': mark, ':fork': fork, ':turn': leaseToken, ':tables': tables };
      // The mark never falls on one fork: if it does not rise now, it stays.
      const risen = await update(chain, setMark, all(still, markRises), values);
      if (risen.made) return true;
      const { there } = risen;
      if (there.tables !== undefined && there.tables.S !== tables) {
        const isNext = all(ofOtherTables, onFork(fork - 1, ':before'));
        await update(chain, takeOver, isNext, { ...values, ':before': fork - 1 });
        return (await update(chain, setMark, all(still, markRises), values)).made;
      }
      return (await update(chain, 'SET #turn = :turn', all(still, markStays), values)).made;
    },

    /** Rules FOLLOW-6, FOLLOW-7, FOLLOW-9 and ITEM-5: one write, conditional on all that sync has read. */
    async moveCursor({ from, fork, leaseToken, to, reconcileFrom, ...members }) {
      const { followedFrom, activityFrom, protocolVersion, logicVersion, settings, basesAsked, discovers } = members;
      const moved = {
        cursor: blockRef(to),
        turn: leaseToken,
        followedFrom,
        activityFrom,
        protocolVersion,
        rules: logicVersion,
        settings,
        ...(basesAsked > 0 && { basesRead: basesAsked }),
        discovers,
        ...(reconcileFrom !== undefined && { reconcileFrom }),
      };
      const change = `SET ${Object.keys(moved).map((name) => `#${name} = :${name}`)}`;
      const still = all(from === null ? noCursor : cursorAt, onFork(fork), noHigherToken, logicVersionNotHigher);
      const values = {
        ...valuesOf(moved),
        ':fork': fork,
        ':mark': to.height,
        ...(from !== null && { ':height': from.height, ':hash': from.hash }),
      };
      const isOwn = (there: Image) => isAt(there, to) && Number(there.turn?.N) === leaseToken;
      const risen = await update(chain, `${change}, #mark = :mark`, all(still, markRises), values);
      if (wasMade(risen, isOwn)) return true;
      return wasMade(await update(chain, change, all(still, markStays), values), isOwn);
    },

    /** Rules ITEM-5 and ACTIVITY-3: the logic version rises, and `followedFrom` becomes the cursor, in one write. */
    async raiseLogicVersion(logicVersion, { height, hash }) {
      const values = { ':rules': logicVersion, ':height': height, ':hash': hash };
      const raised = await update(chain, raise, all(logicVersionRises, cursorAt), values);
      return wasMade(raised, (there) => isAt(there, { height, hash }) && Number(there.rules?.N) === logicVersion);
    },

    /** Rule ITEM-1: readers ask for it, and write nothing of the item `chain`. */
    async askForBases() {
      await update(headItem, 'ADD #basesAsked :one', undefined, { ':one': 1 });
    },

    /** Rule FOLLOW-8: one write begins the next fork; `followedFrom` falls here, and nowhere else (rule FOLLOW-7). */
    async rewind(to, fork) {
      const next = fork + 1;
      // The list changes with the fork alone, on which the write is conditional.
      const { rewinds } = await readProgress(dynamo, prefix);
      const kept = withRewind(rewinds, { fork: next, height: to.height });
      const values = {
        ':fork': fork,
        ':next': next,
        ':rewinds': kept.map(({ fork: branch, ...heights }) => ({ branch, ...heights })),
        ':to': blockRef(to),
        ':mark': to.height,
      };
      const lowered = [`${goBack}, #followedFrom = :mark ${forgetFork}`, all(onFork(fork), followedFromAbove)] as const;
      const left = [`${goBack} ${forgetFork}`, all(onFork(fork), followedFromBelow)] as const;
      const isOwn = (there: Image) => isAt(there, to) && Number(there.branch?.N) === next;
      // `followedFrom` never falls on one fork: if it was below at the first attempt and above at the second, it stays above.
      for (const [change, condition] of [lowered, left, lowered]) {
        if (wasMade(await update(chain, change, condition, values), isOwn)) return true;
      }
      return false;
    },

    async reconciled(height, since) {
      await update(chain, endReconcileFrom, all(notAbove, askedBefore), { ':height': height, ':since': since });
    },
  };
}

type Image = Extract<Updated, { made: false }>['there'];

/** A write whose first answer was lost, and that was sent again, must not lose against itself. */
const wasMade = (updated: Updated, isOwn: (there: Image) => boolean): boolean =>
  updated.made || (updated.sentAgain && isOwn(updated.there));

const isAt = ({ cursor }: Image, { height, hash }: Pick<BlockRef, 'height' | 'hash'>): boolean =>
  Number(cursor?.M?.height?.N) === height && cursor?.M?.hash?.S === hash;

const valuesOf = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [`:${name}`, value]));
