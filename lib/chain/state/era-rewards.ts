import { LRUCache } from 'lru-cache';
import { accountHashOf } from '../../domain/account-id.ts';
import { type EraReading, type EraShares, type RewardShare, totalOf } from '../../domain/rewards.ts';
import type { Decode } from '../pool/interpret-answer.ts';
import type { Answered } from '../pool/upstream.ts';
import type { DecodedHeader } from '../rpc/decode-block.ts';
import { MethodRefused } from '../rpc/errors.ts';
import { digits, known, list, shape, text, variant } from '../rpc/json-shape.ts';

/** The rewards of the era that a switch block (its hash) ended. */
export type RewardsOf = (switchBlock: string, read: () => Promise<EraReading>) => Promise<EraReading>;

const rememberedEras = 4;

/**
 * An era's allocations, from its switch block: some thousand entries on mainnet. They are read once per era and process,
 * and summed by account. They also name public keys that no bid names any more.
 */
export function createEraRewards(): RewardsOf {
  const eras = new LRUCache<string, Promise<EraReading>>({ max: rememberedEras });
  return async (switchBlock, read) => {
    // A reading that another caller began may fail because that caller's time was up: then this caller reads.
    const begun = await eras.get(switchBlock)?.catch(() => undefined);
    if (begun !== undefined) return begun;
    const reading = read();
    eras.set(switchBlock, reading);
    reading.catch(() => eras.delete(switchBlock));
    return reading;
  };
}

export interface RewardReads {
  readonly rewardsOf: RewardsOf;
  call<Value>(method: string, params: object, decode: Decode<Value>): Promise<Answered<Value>>;
}

/**
 * The account's rewards in the newest era that has ended at a block. undefined before the first era ended, and where no
 * node serves them: the position is read without rewards then.
 */
export async function readLastRewards(
  accountHash: string,
  { pinned, nextEraValidators, lastSwitchBlockHash }: DecodedHeader,
  { rewardsOf, call }: RewardReads,
): Promise<{ readonly era: number; readonly amount: string } | undefined> {
  const ended =
    nextEraValidators !== null
      ? { era: pinned.eraId, hash: pinned.hash }
      : { era: pinned.eraId - 1, hash: lastSwitchBlockHash };
  // Era 0 is only genesis, and has no rewards.
  if (ended.hash === null || ended.era < 1) return undefined;
  const read = await readEraRewards(ended.hash, { rewardsOf, call });
  return read && { era: ended.era, amount: totalOf(read.shares.get(accountHash) ?? []).toString() };
}

/** What the era paid that a switch block ended; undefined where no node serves it. */
export async function readEraRewards(
  switchBlock: string,
  { rewardsOf, call }: RewardReads,
): Promise<EraReading | undefined> {
  try {
    return await rewardsOf(switchBlock, async () => {
      const params = { block_identifier: { Hash: switchBlock } };
      const answered = await call('chain_get_era_summary', params, decodeEraRewards);
      // The era has ended: a node without a summary of it has pruned it.
      if ('absent' in answered) throw new MethodRefused('chain_get_era_summary');
      return { shares: answered.value, node: answered.from.name };
    });
  } catch (error) {
    if (error instanceof MethodRefused) return undefined;
    throw error;
  }
}

/** An era names a validator and a delegator several times: once per share. */
function decodeEraRewards(result: unknown): EraShares {
  const summary = shape(shape(result, 'an era summary').era_summary, 'an era summary');
  const [, info] = known(summary.stored_value, ['EraInfo'], 'an era');
  const amounts = new Map<string, Map<string, bigint>>();
  const hashes = new Map<string, string>();
  for (const entry of list(shape(info, 'an era').seigniorage_allocations, 'allocations')) {
    const [kind, content] = known(entry, ['Validator', 'Delegator', 'DelegatorKind'], 'an allocation');
    const body = shape(content, 'an allocation');
    const key = rewarded(kind, body);
    if (key === undefined) continue;
    const hash = hashes.get(key) ?? accountHashOf(key);
    hashes.set(key, hash);
    const share = `${text(body.validator_public_key, 'a validator')} ${kind === 'Validator' ? 'validator' : 'delegator'}`;
    const own = amounts.get(hash) ?? new Map<string, bigint>();
    amounts.set(hash, own.set(share, (own.get(share) ?? 0n) + BigInt(digits(body.amount, 'an amount'))));
  }
  return new Map([...amounts].map(([hash, own]) => [hash, [...own].sort(byShare).map(shareOf)]));
}

const byShare = ([a]: readonly [string, bigint], [b]: readonly [string, bigint]): number => (a < b ? -1 : 1);

function shareOf([share, amount]: readonly [string, bigint]): RewardShare {
  const [validator = '', as] = share.split(' ');
  return { validator, as: as === 'validator' ? 'validator' : 'delegator', amount: amount.toString() };
}

/** The public key that an allocation goes to; undefined for a purse, which belongs to a contract. */
function rewarded(kind: string, body: Readonly<Record<string, unknown>>): string | undefined {
  if (kind === 'Validator') return text(body.validator_public_key, 'a validator');
  if (kind === 'Delegator') return text(body.delegator_public_key, 'a delegator');
  const [holder, key] = variant(body.delegator_kind, 'a delegator');
  return holder === 'PublicKey' ? text(key, 'a public key') : undefined;
}
