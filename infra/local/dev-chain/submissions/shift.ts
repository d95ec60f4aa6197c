import type { Effect, ExecutionResult, StoredValue, Version } from '../recorded.ts';
import type { Recording } from '../recording.ts';
import type { Ledger } from './ledger.ts';
import { motesValue } from './motes.ts';

/** The state from a height on with what a block's submitted transactions moved and made. */
export function shiftedState(chain: Recording, height: number, { shifts, created }: Ledger) {
  const state = new Map(chain.state);
  const balances = new Map(chain.balances);
  for (const [key, value] of created)
    state.set(
      key,
      insert(state.get(key) ?? [], height, (recorded) => recorded ?? value),
    );
  for (const [purse, shift] of shifts) {
    const key = `balance-${purse}`;
    balances.set(
      purse,
      insert(balances.get(purse) ?? [], height, (balance = '0') => String(BigInt(balance) + shift)),
    );
    state.set(
      key,
      insert(state.get(key) ?? [], height, (value) => motesValue(motesOf(value) + shift)),
    );
  }
  return { state, balances };
}

/** A recorded result in which each balance that is written has what was moved before. */
export function shiftedResult(result: ExecutionResult, shifts: ReadonlyMap<string, bigint>): ExecutionResult {
  return { ...result, effects: result.effects.map((effect) => shiftedEffect(effect, shifts)) };
}

function shiftedEffect(effect: Effect, shifts: ReadonlyMap<string, bigint>): Effect {
  const shift = shifts.get(effect.key.replace(/^balance-/, ''));
  const written = typeof effect.kind === 'object' ? (effect.kind.Write as StoredValue | undefined) : undefined;
  if (shift === undefined || written === undefined) return effect;
  return { ...effect, kind: { Write: motesValue(motesOf(written) + shift) } };
}

/** The versions with a new one at a height, and all from there on changed. */
function insert<T>(versions: readonly Version<T>[], height: number, change: (value: T | undefined) => T): Version<T>[] {
  const before = versions.filter((version) => version.height < height);
  const first = versions.findLast((version) => version.height <= height)?.value;
  const later = versions.filter((version) => version.height > height);
  return [
    ...before,
    { height, value: change(first) },
    ...later.map((version) => ({ ...version, value: change(version.value) })),
  ];
}

function motesOf(value: StoredValue | undefined): bigint {
  return BigInt((value?.CLValue as { parsed?: string } | undefined)?.parsed ?? 0);
}
