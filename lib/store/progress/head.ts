import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { updatesOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';
import { headItem } from './chain-item.ts';

const setHead = 'SET #head = :head, #network = if_not_exists(#network, :network)';
/** The first fork is not stored. */
const setHeadOfFork = `${setHead}, #branch = :fork`;

const noHead = 'attribute_not_exists(#head)';
const lowerHead = '#head.#height < :height';
const sameBlockSeenEarlier = '(#head.#height = :height AND #head.#hash = :hash AND #head.#seenAt < :seenAt)';
/** On one fork the head never falls; for one block the later moment is kept. */
const notFalling = `(${lowerHead} OR ${sameBlockSeenEarlier})`;

const firstFork = `${noHead} OR (attribute_not_exists(#branch) AND ${notFalling})`;
const laterFork = `${noHead} OR attribute_not_exists(#branch) OR #branch < :fork OR (#branch = :fork AND ${notFalling})`;

/** Rule ITEM-1: the head is an item of its own, conditional on itself alone. */
export function createHead(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'seeHead'> {
  const update = updatesOf(dynamo, tableName(prefix, 'progress'));
  return {
    async seeHead({ height, hash, timestamp, seenAt }, network, fork = 0) {
      const [change, condition] = fork === 0 ? [setHead, firstFork] : [setHeadOfFork, laterFork];
      await update(headItem, change, condition, {
        ':head': { height, hash, timestamp, seenAt },
        ':height': height,
        ':hash': hash,
        ':seenAt': seenAt,
        ':network': network,
        ':fork': fork,
      });
    },
  };
}
