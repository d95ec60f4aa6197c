import { type ChainView, stateAt } from './chain-view.ts';
import type { Recording } from './recording.ts';

export const SYSTEM_REGISTRY = `system-entity-registry-${'0'.repeat(64)}`;

/** A hold as nodes list it: the times are block times in milliseconds. */
export interface ListedHold {
  readonly key: string;
  readonly time: number;
  readonly amount: bigint;
}

/** What nodes make of the holds on a purse at a block (casper-storage: `get_balance_holds`, `available_balance`). */
export interface PurseHolds {
  readonly holds: readonly ListedHold[];
  readonly held: bigint;
}

/** undefined where the chain's state has no rules of holds: the recordings leave out the mint, and hold nothing. */
export function holdsOn(view: ChainView, purse: string, height: number): PurseHolds | undefined {
  const rules = rulesAt(view, height);
  if (rules === undefined) return undefined;
  const now = Date.parse(view.recording.blocks[height]?.header.timestamp ?? '');
  const holds = keysOf(view.recording, purse).flatMap((key): ListedHold[] => {
    const amount = parsedAt(view, key, height);
    const time = timeOf(key);
    return amount === undefined || time < now - rules.interval ? [] : [{ key, time, amount: BigInt(amount) }];
  });
  const left = ({ amount, time }: ListedHold): bigint =>
    rules.isAmortized ? (amount * BigInt(time + rules.interval - now)) / BigInt(rules.interval) : amount;
  const sorted = holds.sort((a, b) => a.time - b.time);
  return { holds: sorted, held: sorted.reduce((sum, hold) => sum + left(hold), 0n) };
}

/** `balance-hold-00<purse><block time, eight bytes, little-endian>`. */
export function holdKey(purse: string, time: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(time));
  return `balance-hold-00${purse}${bytes.toString('hex')}`;
}

/** The beginning of a hold's proof: a list of one proof, which begins with the key (22: a balance hold). */
export const holdProof = ({ key }: ListedHold): string => `0100000016${key.slice('balance-hold-'.length)}`;

const timeOf = (key: string): number => Number(Buffer.from(key.slice(-16), 'hex').readBigUInt64LE());

/** The node takes the rules from the named keys of the mint. */
function rulesAt(view: ChainView, height: number): { isAmortized: boolean; interval: number } | undefined {
  const registry = parsedAt(view, SYSTEM_REGISTRY, height) as readonly { key: string; value: string }[] | undefined;
  const mint = registry?.find(({ key }) => key === 'mint')?.value;
  const named = stateAt(view, `hash-${mint}`, height)?.Contract?.named_keys ?? [];
  const value = (name: string) => parsedAt(view, named.find((entry) => entry.name === name)?.key ?? '', height);
  const interval = value('gas_hold_interval');
  return interval === undefined
    ? undefined
    : { isAmortized: value('gas_hold_handling') === 1, interval: Number(interval) };
}

function parsedAt(view: ChainView, key: string, height: number) {
  return (stateAt(view, key, height)?.CLValue as { readonly parsed: string | number | object } | undefined)
    ?.parsed as never;
}

const prefixed = new WeakMap<Recording, Map<string, string[]>>();

function keysOf(recording: Recording, purse: string): readonly string[] {
  let byPurse = prefixed.get(recording);
  if (byPurse === undefined) {
    byPurse = new Map();
    for (const key of recording.state.keys()) {
      if (!key.startsWith('balance-hold-')) continue;
      const holder = key.slice('balance-hold-00'.length, -16);
      byPurse.set(holder, [...(byPurse.get(holder) ?? []), key]);
    }
    prefixed.set(recording, byPurse);
  }
  return byPurse.get(purse) ?? [];
}
