import type { DynamoDBStreamEvent } from 'aws-lambda';
import { handler as resolveHandler } from '../../../functions/resolve-conflict.ts';
import { firstBrokenLink } from '../../../lib/domain/audit-chain.ts';
import type { Conflict } from '../../../lib/domain/conflict.ts';
import { digestOf } from '../../../lib/domain/digest.ts';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { AuditEntry, CacheEntry, EntityRecord } from '../../../lib/domain/record.ts';
import { asInstance, type Running } from '../../../lib/runtime/service.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { type Network, notFound, startNetwork, user1, villa, villas } from '../../integrity/network.ts';
import type { Override } from '../../support/rpc-proxy.ts';

const noCache = { ...defaultReadOptions, noCache: true };
export const stranger = `account-hash-${'ab'.repeat(32)}`;

/** The network, with the tables that tests of conflicts read and edit. */
export interface Disputes extends Network {
  record(ref?: EntityRef): EntityRecord;
  entry(ref?: EntityRef): CacheEntry | undefined;
  conflicts(): Conflict[];
  /** Throws unless exactly one conflict exists. */
  conflict(): Conflict;
  audit(ref: EntityRef): readonly AuditEntry[];
  /** Edits the stored value outside the service, and keeps its digest. */
  edit(change: object, ref?: EntityRef): void;
  /** Changes value and digest, as if a node had given this value. */
  misread(change: object, ref?: EntityRef): void;
  read(ref?: EntityRef, service?: Running): ReturnType<typeof lookup>;
  /** Delivers ids to the function as the table's stream does; gives the sequence numbers that failed. */
  deliver(...ids: readonly string[]): Promise<readonly string[]>;
}

export async function startDisputes(options: Parameters<typeof startNetwork>[0] = {}): Promise<Disputes> {
  const network = await startNetwork({ height: 60, ...options });
  // Nodes that are slower are asked later. By a clock that stands still none is, so the first one is asked first.
  network.stopClock();
  const setHeight = (height: number): void => {
    network.node.setHeight(height);
    network.pass(1_000);
  };
  const { tables } = network.store;
  const token = villa(0);
  const record = (ref: EntityRef = token): EntityRecord => {
    const found = tables.records.get(refKey(ref));
    if (found === undefined) throw new Error(`no record of ${refKey(ref)}`);
    return structuredClone(found);
  };
  const put = (
    ref: EntityRef,
    change: (value: object | null) => object | null,
    digest?: (value: object | null) => string,
  ) => {
    const there = record(ref);
    const value = change(there.value);
    tables.records.set(refKey(ref), { ...there, value, ...(digest && { digest: digest(value) }) });
  };
  return {
    ...network,
    node: { ...network.node, setHeight },
    record,
    entry: (ref = token) => tables.cache.get(refKey(ref))?.entry,
    conflicts: () => [...tables.conflicts.values()],
    conflict() {
      const [only, ...others] = tables.conflicts.values();
      if (only === undefined || others.length > 0) throw new Error(`${tables.conflicts.size} conflicts`);
      return only;
    },
    audit(ref) {
      const trail = tables.audit.get(refKey(ref)) ?? [];
      if (firstBrokenLink(trail) !== undefined) throw new Error('the trail is broken');
      return trail;
    },
    edit: (change, ref = token) => put(ref, (value) => ({ ...value, ...change })),
    misread: (change, ref = token) => put(ref, (value) => ({ ...value, ...change }), digestOf),
    read: (ref = token, service = network.service) => lookup(ref, noCache, service),
    async deliver(...ids) {
      const answer = await asInstance(network.service, () => resolveHandler(eventOf(ids), context as never));
      return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
  };
}

const context = { functionName: 'resolve-conflict', getRemainingTimeInMillis: () => 30_000 };

/** A record in the form of the stream, without images: the resolver does not read them. */
const eventOf = (ids: readonly string[]): DynamoDBStreamEvent => ({
  Records: ids.map((id, index) => ({
    eventName: 'MODIFY',
    dynamodb: { SequenceNumber: String(index + 1), Keys: id === '' ? {} : { id: { S: id } } },
  })),
});

/** While `isWrong` is set, the node answers that `stranger` owns every token. */
export function wrongNode(): { readonly answer: Override; isWrong: boolean } {
  const node = {
    isWrong: false,
    answer: (async ({ method, params }, forward) => {
      if (!node.isWrong || method !== 'query_global_state' || !params.key.startsWith('dictionary-')) return undefined;
      const text = JSON.stringify(await forward());
      const hash = (account: string) => account.slice('account-hash-'.length);
      return JSON.parse(text.replaceAll(hash(user1), hash(stranger)));
    }) as Override,
  };
  return node;
}

/** While `isWrong` is set, the node's contract has no dictionaries, or its dictionaries have no items. */
export function losingNode(what: 'dictionaries' | 'items'): { readonly answer: Override; isWrong: boolean } {
  const node = {
    isWrong: false,
    answer: (async ({ method, params }, forward) => {
      if (!node.isWrong || method !== 'query_global_state') return undefined;
      if (what === 'items') return params.key.startsWith('dictionary-') ? notFound : undefined;
      const answer = await forward();
      const contract = answer.result?.stored_value?.Contract;
      if (contract === undefined) return undefined;
      contract.named_keys = contract.named_keys.filter(({ name }: { name: string }) => name !== 'token_owners');
      return answer;
    }) as Override,
  };
  return node;
}

export { user1, villa, villas };
