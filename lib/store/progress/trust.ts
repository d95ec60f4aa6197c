import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { StoredTrust } from '../../domain/trust.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { updatesOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';

const Key = { name: 'trust' };

const set =
  'SET #network = :network, #anchor = :anchor, #height = :height, #hash = :hash, #eraId = :eraId, #weights = :weights, #below = :below';
const first = 'attribute_not_exists(#anchor)';
const higherOfAnchor = '(#anchor.#hash = :anchorHash AND #height < :height)';
const otherAnchor = '#anchor.#hash <> :anchorHash';

/** Rule PROOF-3: one item, of the newest switch block that is trusted. An older one of the same anchor never takes its place. */
export function createTrustedBlock(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'trust' | 'keepTrust'> {
  const TableName = tableName(prefix, 'progress');
  const update = updatesOf(dynamo, TableName);
  return {
    async trust() {
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      if (Item === undefined) return undefined;
      const { network, anchor, height, hash, eraId, weights, below } = Item as StoredTrust;
      return { network, anchor, height, hash, eraId, weights, below };
    },

    async keepTrust({ network, anchor, height, hash, eraId, weights, below }, anew) {
      const condition = [first, higherOfAnchor, ...(anew ? [otherAnchor] : [])].join(' OR ');
      const { made } = await update(Key, set, condition, {
        ':network': network,
        ':anchor': { height: anchor.height, hash: anchor.hash },
        ':anchorHash': anchor.hash,
        ':height': height,
        ':hash': hash,
        ':eraId': eraId,
        ':weights': weights,
        ':below': below,
      });
      return made;
    },
  };
}
