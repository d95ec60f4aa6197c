import { blake2b256 } from '../../domain/account-id.ts';
import type { StateKey } from '../../domain/block.ts';
import type { DictionaryItem, WrittenStake } from '../../domain/ports/chain.ts';
import { digits, known, list, type Shape, shape, text } from '../rpc/json-shape.ts';
import { stateKey } from '../rpc/state-keys.ts';

/** What the execution of a transaction wrote. */
export interface Writes {
  readonly keys: ReadonlySet<StateKey>;
  /** In motes; 0 where the result names none. */
  readonly cost: bigint;
  readonly items: readonly DictionaryItem[];
  readonly stakes: readonly WrittenStake[];
}

/**
 * The keys that an execution wrote, spelled as readers spell them (rule FOLLOW-2). Every effect that is not `Identity` is a
 * write. Some keys stand for a set that cannot be listed, and count as written with its members:
 * - `stake-<account hash>`: every bid key that names this account as validator, delegator or unbonder;
 * - `seed-<address>`: every item of this dictionary.
 */
export function writesOf(executionResult: unknown): Writes {
  const keys = new Set<StateKey>();
  const items: DictionaryItem[] = [];
  const stakes: WrittenStake[] = [];
  const { effects, cost } = executionOf(executionResult);
  for (const { key, kind } of effects) {
    if (kind === 'Identity') continue;
    keys.add(stateKey(key));
    const staker = stakerOf(key);
    if (staker !== undefined) {
      keys.add(`stake-${staker}`);
      for (const validator of validatorsOf(kind)) stakes.push({ account: staker, validator });
    }
    const item = itemOf(key, kind);
    if (item !== undefined) {
      keys.add(`seed-${item.seed}`);
      items.push(item);
    }
  }
  return { keys, items, stakes, cost };
}

interface Effect {
  readonly key: string;
  readonly kind: unknown;
}

/** 2.x lists effects. 1.x lists transforms under the outcome, for a failure too. */
function executionOf(executionResult: unknown): { readonly effects: readonly Effect[]; readonly cost: bigint } {
  const [version, body] = known(executionResult, ['Version1', 'Version2'], 'an execution result');
  if (version === 'Version2') {
    const { effects, cost } = shape(body, 'an execution result');
    return { effects: list(effects, 'effects').map((entry) => effect(entry, 'kind')), cost: motes(cost) };
  }
  const { effect: journal, cost } = shape(known(body, ['Success', 'Failure'], 'an outcome')[1], 'an outcome');
  const { transforms } = shape(journal, 'an effect');
  return { effects: list(transforms, 'transforms').map((entry) => effect(entry, 'transform')), cost: motes(cost) };
}

const motes = (cost: unknown): bigint => (cost == null ? 0n : BigInt(digits(cost, 'a cost')));

function effect(entry: unknown, member: 'kind' | 'transform'): Effect {
  const given = shape(entry, 'an effect');
  return { key: text(given.key, 'a key').toLowerCase(), kind: given[member] };
}

const bidPrefix = 'bid-addr-';
const hash = 64;

/**
 * The account hash (or purse) whose position a bid key belongs to. By tag (casper-types, BidAddr): 01 is a validator's own
 * bid; 02 and 03 are delegations, 07 and 08 unbondings, of an account or of a purse, which follows the validator's hash.
 */
function stakerOf(key: string): string | undefined {
  if (!key.startsWith(bidPrefix)) return undefined;
  const tag = key.slice(bidPrefix.length, bidPrefix.length + 2);
  const names = key.slice(bidPrefix.length + 2);
  if (tag === '01') return names.slice(0, hash);
  return ['02', '03', '07', '08'].includes(tag) ? names.slice(hash, 2 * hash) : undefined;
}

/** Public keys in a written bid: its validator, and the validators of redelegations. A pruned bid names none. */
function validatorsOf(kind: unknown): string[] {
  const written = (kind as { readonly Write?: { readonly BidKind?: Shape } }).Write?.BidKind;
  const [bid] = Object.values(written ?? {}) as readonly Shape[];
  const eras = Array.isArray(bid?.eras) ? (bid.eras as readonly Shape[]) : [];
  const named = [bid?.validator_public_key, ...eras.map(({ new_validator: next }) => next)];
  return [...new Set(named.filter((key): key is string => typeof key === 'string'))];
}

const dictionaryPrefix = 'dictionary-';

/**
 * A written dictionary item ends with the dictionary's seed and the item's own key. They count only if the item's address
 * is derived from them.
 */
function itemOf(key: string, kind: unknown): DictionaryItem | undefined {
  if (!key.startsWith(dictionaryPrefix) || typeof kind !== 'object' || kind === null) return undefined;
  const value = bytesWritten(kind as Shape);
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value, 'hex');
  // … ‖ u32 32 ‖ seed ‖ u32 length ‖ item key
  for (let length = 0; length <= longestItemKey; length += 1) {
    const at = bytes.length - length - u32;
    const seedAt = at - seedBytes;
    if (seedAt < u32) return undefined;
    if (bytes.readUInt32LE(at) !== length || bytes.readUInt32LE(seedAt - u32) !== seedBytes) continue;
    const seed = bytes.subarray(seedAt, at);
    const itemKey = bytes.subarray(at + u32);
    const address = blake2b256(new Uint8Array([...seed, ...itemKey]));
    if (key === dictionaryPrefix + address) return { seed: seed.toString('hex'), itemKey: itemKey.toString('utf8') };
  }
  return undefined;
}

const u32 = 4;
const seedBytes = 32;
const longestItemKey = 128;

/** `{"Write": {"CLValue": …}}` of 2.x, `{"WriteCLValue": …}` of 1.x. */
function bytesWritten(kind: Shape): string | undefined {
  const written = kind.WriteCLValue ?? (kind.Write as Shape | undefined)?.CLValue;
  const bytes = (written as Shape | undefined)?.bytes;
  return typeof bytes === 'string' ? bytes : undefined;
}
