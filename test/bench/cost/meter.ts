import type { StoreUnits } from '../../../infra/cost/counted.ts';
import type { Dynamo } from '../../../lib/store/dynamodb/client.ts';

interface Capacity {
  readonly CapacityUnits?: number;
}

const reading = new Set(['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand', 'TransactGetItemsCommand']);
/** They answer with the capacity that they consumed when they are asked for it. */
const metered = new Set([...reading, 'PutItemCommand', 'UpdateItemCommand', 'TransactWriteItemsCommand']);

const nothing = { requests: 0, reads: 0, writes: 0, refused: 0 };

/** Has the client ask what each request costs on demand; gives a function that gives what was consumed since its last call. */
export function meterStore(dynamo: Dynamo): () => StoreUnits {
  let units = { ...nothing };
  dynamo.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        if (!metered.has(commandName)) return next(args);
        units.requests += 1;
        try {
          const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
          units[reading.has(commandName) ? 'reads' : 'writes'] += consumed(answer.output);
          return answer;
        } catch (error) {
          // DynamoDB charges a write that its condition refuses like one of the item's size; here it is one of 1 KB.
          units.refused += commandName === 'TransactWriteItemsCommand' ? 2 * itemsOf(args.input as object) : 1;
          throw error;
        }
      },
    // The innermost of this step: below it an error is that of the engine, and all attempts are one request.
    { name: 'meter', step: 'initialize', priority: 'low' },
  );
  return () => {
    const drained = units;
    units = { ...nothing };
    return drained;
  };
}

const itemsOf = ({ TransactItems = [] }: { readonly TransactItems?: readonly unknown[] }): number =>
  TransactItems.length;

const consumed = (output: object): number => {
  const { ConsumedCapacity } = output as { readonly ConsumedCapacity?: Capacity | readonly Capacity[] };
  return [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
};
