import { digestOf } from '../domain/digest.ts';
import type { BalanceHold, BasisDefinition, PinnedState } from '../domain/pinned-state.ts';

/** A hold with what the network's rules make of it. */
export interface RuledHold extends BalanceHold {
  /** ISO 8601: it is live in each block through this time, and in none after it; null: the rules are not known. */
  readonly until: string | null;
  /** `accrued`: held whole until its end. `amortized`: released evenly, a little in every block. null: not known. */
  readonly handling: HoldRules['handling'] | null;
}

export interface HoldRules {
  readonly handling: 'accrued' | 'amortized';
  readonly intervalMs: number;
}

/** HoldBalanceHandling::tag of casper-types. */
const handlings: Readonly<Record<string, HoldRules['handling']>> = { '0': 'accrued', '1': 'amortized' };

/**
 * Rule KIND-6: how long the network holds fees, and how it releases them. The chainspec says so, and genesis and protocol
 * upgrades write it to named keys of the mint, from which nodes take it too. The node applies the interval of gas to holds of
 * both kinds when it lists them.
 */
export const holdRules: BasisDefinition<HoldRules, object> = {
  name: 'holds',
  definition: digestOf({ basis: 'holds', schema: 1 }),

  async read(state) {
    const mint = await state.systemContract('mint');
    const contract = mint === undefined ? undefined : await state.contract(mint);
    const [handlingTag, interval] = await Promise.all(
      ['gas_hold_handling', 'gas_hold_interval'].map((name) => {
        const uref = contract?.namedKeys[name];
        return uref === undefined ? undefined : state.named(uref);
      }),
    );
    const handling = handlings[String(handlingTag)];
    const intervalMs = Number(interval);
    if (handling === undefined || typeof interval !== 'string' || !Number.isSafeInteger(intervalMs)) return undefined;
    return { value: { handling, intervalMs }, joined: {} };
  },
};

/** Reads the rules where something is held: elsewhere they change nothing, and cost no call. */
export async function underRules(holds: readonly BalanceHold[], state: PinnedState): Promise<readonly RuledHold[]> {
  if (holds.length === 0) return [];
  const { value: rules } = await state.basis(holdRules);
  return holds.map((hold) => ({
    ...hold,
    until: rules === undefined ? null : endOf(Date.parse(hold.since) + rules.intervalMs),
    handling: hold.kind === 'processing' ? 'accrued' : (rules?.handling ?? null),
  }));
}

/** null beyond the last time that a Date can name. */
function endOf(time: number): string | null {
  const end = new Date(time);
  return Number.isNaN(end.getTime()) ? null : end.toISOString();
}

/**
 * The time of the last block that surely has the same part of the balance available, where nothing is written: the first end of
 * a hold; the block itself where a hold shrinks in every block, or where an end is not known.
 */
export function unchangedUntil(holds: readonly RuledHold[] | null, blockTime: string): string {
  const ends = (holds ?? []).flatMap(({ until, handling }) =>
    until === null || handling === 'amortized' ? [] : [until],
  );
  const areKnown = holds !== null && ends.length === holds.length && holds.length > 0;
  return areKnown ? ends.reduce((first, end) => (end < first ? end : first)) : blockTime;
}
