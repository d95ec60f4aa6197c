import { LRUCache } from 'lru-cache';
import { accountHashOf } from '../../domain/account-id.ts';
import { digits, list, shape, text, variant } from '../rpc/json-shape.ts';

/** Motes that each account (by its hash) was given in one era, as validator and as delegator together. */
export type EraRewards = ReadonlyMap<string, bigint>;

const rememberedEras = 4;

/**
 * An era's allocations, as its switch block holds them: some thousand entries on mainnet, read once per era and process
 * and summed by account, however many positions are asked for. They name keys that no bid names any more.
 */
export function createEraRewards() {
  const eras = new LRUCache<string, Promise<EraRewards>>({ max: rememberedEras });
  return async function rewardsOf(switchBlock: string, read: () => Promise<EraRewards>): Promise<EraRewards> {
    // A reading that somebody else began ends with their time, not with ours: then it is our turn.
    const begun = await eras.get(switchBlock)?.catch(() => undefined);
    if (begun !== undefined) return begun;
    const reading = read();
    eras.set(switchBlock, reading);
    reading.catch(() => eras.delete(switchBlock));
    return reading;
  };
}

export function decodeEraRewards(result: unknown): EraRewards {
  const summary = shape(shape(result, 'an era summary').era_summary, 'an era summary');
  const [, info] = variant(summary.stored_value, 'an era');
  const rewards = new Map<string, bigint>();
  const hashes = new Map<string, string>();
  for (const entry of list(shape(info, 'an era').seigniorage_allocations, 'allocations')) {
    const [kind, content] = variant(entry, 'an allocation');
    const body = shape(content, 'an allocation');
    const key = rewarded(kind, body);
    if (key === undefined) continue;
    const hash = hashes.get(key) ?? accountHashOf(key);
    hashes.set(key, hash);
    rewards.set(hash, (rewards.get(hash) ?? 0n) + BigInt(digits(body.amount, 'an amount')));
  }
  return rewards;
}

/** The public key that an allocation goes to; undefined for a purse, which belongs to a contract. */
function rewarded(kind: string, body: Readonly<Record<string, unknown>>): string | undefined {
  if (kind === 'Validator') return text(body.validator_public_key, 'a validator');
  if (kind === 'Delegator') return text(body.delegator_public_key, 'a delegator');
  const [holder, key] = variant(body.delegator_kind, 'a delegator');
  return holder === 'PublicKey' ? text(key, 'a public key') : undefined;
}
