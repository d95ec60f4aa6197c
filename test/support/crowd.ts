import { createHash } from 'node:crypto';
import { dictionaryKey } from '../../lib/chain/rpc/state-keys.ts';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import type { EntityRecord } from '../../lib/domain/record.ts';
import type { StoredBasis } from '../../lib/usecases/observing/bases.ts';
import { basisRef } from '../../lib/usecases/process/snapshots.ts';
import { type NextRecord, nextRecord } from '../../lib/usecases/saving/next-record.ts';
import type { MemoryTables } from './memory-store.ts';

/**
 * Many copies of recorded entities, each with its own id and state keys. A request about a copy is translated into a request
 * about the original, so that a recorded node can answer it.
 */
export interface Crowd {
  /** The numbered copy of a record, in the form in which a lookup saves it. */
  copy(model: EntityRecord, number: number, fields?: Parameters<typeof nextRecord>[0]['fields']): Copy;
  /** The parameters with the original's hashes in place of the copy's; undefined if they name no copy. */
  translate(params: unknown): Translation | undefined;
}

export interface Copy extends NextRecord {
  readonly model: EntityRef;
  /** The text with the original's hashes in place of the copy's. */
  originalText(text: string): string;
}

export interface Translation {
  readonly params: string;
  /** Hashes of the copy that the request names. */
  readonly names: readonly string[];
  /** The answer with the copy's hashes in place of the original's. */
  translateAnswer(answer: string): string;
}

const hashes = /[0-9a-f]{64}/g;

/** Copies of accounts, of tokens of CEP-78 collections and of transactions. */
export function createCrowd(tables: MemoryTables): Crowd {
  /** Hashes of originals, by the hashes of their copies. */
  const originals = new Map<string, string>();
  const purses = new Map<string, string>();

  function copy(model: EntityRecord, number: number, fields?: Parameters<Crowd['copy']>[2]): Copy {
    const { id, names } = namesOf(model, number);
    for (const [original, name] of names) originals.set(name, original);
    const { probedValidators, block, bases, definition, validUntil, owner, fork } = model;
    const { value, readSet } = renamed({ value: model.value, readSet: model.readSet }, names);
    const next = nextRecord({
      seen: {
        ref: { kind: model.ref.kind, id },
        value,
        probedValidators,
        block,
        readSet,
        bases,
        definition,
        validUntil,
      },
      before: undefined,
      verdict: 'new',
      cause: 'lookup',
      fork,
      now: Date.parse(model.checkedAt),
      fields,
      owner,
      tooLarge: false,
    });
    return { ...next, model: model.ref, originalText: (text) => replaceNames(text, originals) };
  }

  /** The copy's id, and the copy's hash for each hash of the original. */
  function namesOf({ ref, value }: EntityRecord, number: number) {
    const own = createHash('sha256')
      .update(`${refKey(ref)} ${number}`)
      .digest('hex');
    if (ref.kind === 'transaction') return { id: own, names: new Map([[ref.id, own]]) };
    if (ref.kind === 'account') {
      const [account, purse] = [hashIn(ref.id), hashIn(JSON.stringify(value))];
      purses.set(account, purse);
      return { id: `account-hash-${own}`, names: new Map([[account, own]]).set(purse, purseFor(own)) };
    }
    const [collection = '', tokenId = ''] = ref.id.split(':');
    const items = seedsOf(collection).map((seed): [string, string] => [
      hashIn(dictionaryKey(seed, tokenId)),
      hashIn(dictionaryKey(seed, own)),
    ]);
    return { id: `${collection}:${own}`, names: new Map(items) };
  }

  function seedsOf(collection: string): string[] {
    const layout = tables.records.get(refKey(basisRef(`layout:${collection}`)))?.value as StoredBasis | undefined;
    return Object.values(layout?.value ?? {}).filter((seed) => String(seed).startsWith('uref-'));
  }

  return {
    copy,
    translate(request) {
      const names = new Map<string, string>();
      const params = JSON.stringify(request ?? null).replace(hashes, (name) => {
        const original = originals.get(name);
        if (original === undefined) return name;
        names.set(original, name);
        const purse = purses.get(original);
        if (purse !== undefined) names.set(purse, purseFor(name));
        return original;
      });
      if (names.size === 0) return undefined;
      return { params, names: [...names.values()], translateAnswer: (answer) => replaceNames(answer, names) };
    },
  };
}

const purseFor = (accountHash: string): string => createHash('sha256').update(`purse ${accountHash}`).digest('hex');

const hashIn = (text: string): string => text.match(hashes)?.[0] ?? '';

const replaceNames = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replace(hashes, (hash) => names.get(hash) ?? hash);

const renamed = <Value>(value: Value, names: ReadonlyMap<string, string>): Value =>
  JSON.parse(replaceNames(JSON.stringify(value), names));
