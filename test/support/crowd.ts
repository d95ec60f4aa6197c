import { createHash } from 'node:crypto';
import { dictionaryKey } from '../../lib/chain/rpc/state-keys.ts';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import type { EntityRecord } from '../../lib/domain/record.ts';
import type { StoredBasis } from '../../lib/usecases/observing/bases.ts';
import { basisRef } from '../../lib/usecases/process/snapshots.ts';
import { type NextRecord, nextRecord } from '../../lib/usecases/saving/next-record.ts';
import type { MemoryTables } from './memory-store.ts';

/**
 * As many entities as are wanted, each with an id and keys of its own, for which a node answers as for a recorded one: what it
 * is asked of a double, it is asked of whose double that is.
 */
export interface Crowd {
  /** The double of a record, by a number, as a lookup of it would save it. */
  double(model: EntityRecord, number: number, fields?: Parameters<typeof nextRecord>[0]['fields']): Double;
  /** A question in the words of the recording, and its answer in those of the double; undefined: no double is named. */
  translate(params: unknown): Translated | undefined;
}

export interface Double extends NextRecord {
  readonly model: EntityRef;
  /** What names the double, in the words of the recording. */
  original(text: string): string;
}

export interface Translated {
  readonly params: string;
  readonly names: readonly string[];
  back(answer: string): string;
}

const words = /[0-9a-f]{64}/g;

/** Doubles of accounts, of tokens of CEP-78 collections and of transactions. */
export function createCrowd(tables: MemoryTables): Crowd {
  /** Words of the doubles, and those in whose place they stand. */
  const originals = new Map<string, string>();
  const purses = new Map<string, string>();

  function double(model: EntityRecord, number: number, fields?: Parameters<Crowd['double']>[2]): Double {
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
    return { ...next, model: model.ref, original: (text) => inWords(text, originals) };
  }

  /** For each word that its double has one of its own for. */
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
    double,
    translate(asked) {
      const names = new Map<string, string>();
      const params = JSON.stringify(asked ?? null).replace(words, (name) => {
        const original = originals.get(name);
        if (original === undefined) return name;
        names.set(original, name);
        const purse = purses.get(original);
        if (purse !== undefined) names.set(purse, purseFor(name));
        return original;
      });
      if (names.size === 0) return undefined;
      return { params, names: [...names.values()], back: (answer) => inWords(answer, names) };
    },
  };
}

const purseFor = (accountHash: string): string => createHash('sha256').update(`purse ${accountHash}`).digest('hex');

const hashIn = (text: string): string => text.match(words)?.[0] ?? '';

const inWords = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replace(words, (word) => names.get(word) ?? word);

const renamed = <Value>(value: Value, names: ReadonlyMap<string, string>): Value =>
  JSON.parse(inWords(JSON.stringify(value), names));
