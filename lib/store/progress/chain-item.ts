import { EarlierForm } from '../../domain/errors.ts';
import { type Head, type NodeMemory, noProgress, type Progress } from '../../domain/progress.ts';
import { batchGet } from '../dynamodb/batches.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { tableMark, tableName } from '../tables.ts';

/*
 * Rule ITEM-1: three items. Every reader writes the head and the nodes; mark and cursor are in an item that sync alone writes
 * many times, so that no number of readers can throttle it.
 */

/** How far the chain is followed. Its attributes are members of Progress. */
export const chain = { name: 'chain' };

/** The newest head, the fork that it was seen on, and the network that it belongs to. */
export const headItem = { name: 'head' };

/** All nodes in one item: they are read with every snapshot, and written only when something about one of them changes. */
export const nodesItem = { name: 'nodes' };
/** Each node has an attribute of its own, so that a change of one node touches no other node. */
export const nodePrefix = 'node#';

/** Stored attributes keep the names of the first version: these members of Progress are called otherwise today. */
const memberOf: Readonly<Record<string, string>> = { branch: 'fork', rules: 'logicVersion', turn: 'leaseToken' };

type Attributes = Readonly<Record<string, unknown>>;

interface ChainItem extends Attributes {
  readonly branch?: number;
  /** Of the requests for bases in the head's item, those that sync has fulfilled. */
  readonly basesRead?: number;
  /** Of the tables that it was written to (rule ITEM-6); left out by earlier versions. */
  readonly tables?: string;
  readonly reconcileFrom?: object;
  readonly rewinds?: readonly { readonly branch: number; readonly height: number; readonly through?: number }[];
}

/** Every reader writes it: also that sync is asked to read every basis again, which a reader finds out. */
interface HeadItem {
  readonly basesAsked?: number;
  readonly network?: string;
  readonly head?: Head;
  readonly branch?: number;
}

/**
 * In one request. Rule SAVE-2: consistent. An older mark or fork would let a save through that must read again first.
 * Throws StoreUnavailable, also where the tables are of an earlier form.
 */
export async function readProgress(dynamo: Dynamo, prefix: string): Promise<Progress> {
  const items = await batchGet<Attributes>(dynamo, tableName(prefix, 'progress'), progressKeys);
  return progressOfItems(
    progressKeys.map(({ name }) => items.find((item) => item.name === name) ?? {}),
    tableMark(prefix),
  );
}

export const progressKeys = [chain, headItem, nodesItem];

/** The items of these keys, in their order; one that is not there is empty. `tables`: the mark of the tables. */
export const progressOfItems = (
  [followed = {}, head = {}, nodes = {}]: readonly Attributes[],
  tables: string,
): Progress => progressOf(inTables(tables, followed), head as HeadItem, nodes);

/**
 * Rule ITEM-6: of a progress that was restored nothing counts but the forks, which what was restored with it names: a fork of its
 * own begins, on which nothing has been followed.
 */
function inTables(tables: string, followed: ChainItem): ChainItem {
  if (followed.tables === undefined || followed.tables === tables) return followed;
  const { branch = 0, rewinds, invalidations } = followed;
  return { branch: branch + 1, ...(rewinds && { rewinds }), ...(invalidations !== undefined && { invalidations }) };
}

function progressOf(
  { reconcileFrom, rewinds = [], basesRead = 0, ...attributes }: ChainItem,
  seen: HeadItem,
  nodes: Attributes,
): Progress {
  refuseEarlierForm(attributes);
  const members: Record<string, unknown> = {};
  for (const [attribute, value] of Object.entries(attributes)) {
    const member = memberOf[attribute] ?? attribute;
    if (member in noProgress) members[member] = value;
  }
  const { basesAsked = 0 } = seen;
  // Rule FOLLOW-8: a head of an abandoned fork is none.
  const isOfThisFork = (seen.branch ?? 0) >= (attributes.branch ?? 0);
  return {
    ...noProgress,
    ...members,
    ...(basesAsked !== basesRead && { settings: null }),
    basesAsked,
    network: seen.network ?? null,
    head: (isOfThisFork && seen.head) || null,
    reconcileFrom: askedFor(reconcileFrom),
    rewinds: rewinds.map(({ branch: fork, ...heights }) => ({ fork, ...heights })),
    nodes: nodesIn(nodes),
  } as Progress;
}

const isNode = (attribute: string): boolean => attribute.startsWith(nodePrefix);

export const nodesIn = (item: Attributes): Record<string, NodeMemory> =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([attribute]) => isNode(attribute))
      .map(([attribute, memory]) => [attribute.slice(nodePrefix.length), memory as NodeMemory]),
  );

/**
 * An earlier version kept head and nodes in the item of the cursor, and its indexes had no shards: what it wrote would be
 * overlooked there. Such tables are not used at all.
 */
function refuseEarlierForm(attributes: Attributes): void {
  if ('head' in attributes || 'network' in attributes || Object.keys(attributes).some(isNode)) {
    throw new EarlierForm(
      'the tables were written by an earlier version of this service, in a form that this version does not read: use new tables',
    );
  }
}

/** The first version stored no moment: such a request is older than any other. */
const askedFor = (reconcileFrom: object | undefined) =>
  reconcileFrom === undefined ? null : { at: longAgo, ...reconcileFrom };

const longAgo = new Date(0).toISOString();
