import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type NodeMemory, noProgress, type Progress } from '../../domain/progress.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { tableName } from '../tables.ts';

/** The one item that says how far the chain is followed. Its attributes are the members of Progress. */
export const chain = { name: 'chain' };

/** Each node has an attribute of its own, so that a change of one node touches no other node (rule ITEM-1). */
export const nodePrefix = 'node#';

/** Stored attributes keep the names of the first version: these members of Progress are called otherwise today. */
const memberOf: Readonly<Record<string, string>> = { branch: 'fork', rules: 'logicVersion', turn: 'leaseToken' };

interface ChainItem extends Readonly<Record<string, unknown>> {
  readonly reconcileFrom?: object;
  readonly rewinds?: readonly { readonly branch: number; readonly height: number }[];
}

/** Rule SAVE-2: consistent. An older mark or fork would let a save through that must read again first. */
export async function readProgress(dynamo: Dynamo, prefix: string): Promise<Progress> {
  const TableName = tableName(prefix, 'progress');
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key: chain, ConsistentRead: true }));
  return Item === undefined ? noProgress : progressOf(Item);
}

function progressOf({ reconcileFrom, rewinds = [], ...attributes }: ChainItem): Progress {
  const nodes: Record<string, NodeMemory> = {};
  const members: Record<string, unknown> = {};
  for (const [attribute, value] of Object.entries(attributes)) {
    const member = memberOf[attribute] ?? attribute;
    if (attribute.startsWith(nodePrefix)) nodes[attribute.slice(nodePrefix.length)] = value as NodeMemory;
    else if (member in noProgress) members[member] = value;
  }
  return {
    ...noProgress,
    ...members,
    reconcileFrom: askedFor(reconcileFrom),
    rewinds: rewinds.map(({ branch, height }) => ({ fork: branch, height })),
    nodes,
  } as Progress;
}

/** The first version stored no moment: such a request is older than any other. */
const askedFor = (reconcileFrom: object | undefined) =>
  reconcileFrom === undefined ? null : { at: longAgo, ...reconcileFrom };

const longAgo = new Date(0).toISOString();
