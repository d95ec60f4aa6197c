import { holdKey, SYSTEM_REGISTRY } from './holds.ts';
import { accountHashKey, purseAddress } from './keys.ts';
import type { Effect, StoredValue, TransactionAnswer, Version } from './recorded.ts';
import type { Recording } from './recording.ts';
import { motesValue } from './submissions/motes.ts';

/** The chainspec's `gas_hold_balance_handling` and `gas_hold_interval`. */
export interface NoFeeRules {
  readonly handling: 'accrued' | 'amortized';
  readonly intervalMs: number;
}

/**
 * The recorded chain as it would be on a network with `fee_handling = no_fee`: what each transaction cost stays with its payer,
 * and is held for the interval. A hold is a key of its own, and is pruned by the payer's first transaction after its end. The
 * written keys are those of such a chain; the balances that effects write keep their recorded amounts, which nothing reads.
 */
export function withoutFees(recording: Recording, rules: NoFeeRules): Recording {
  const state = new Map<string, readonly Version<StoredValue>[]>(recording.state);
  const balances = new Map(recording.balances);
  const transactions = new Map(recording.transactions);
  for (const [key, value] of mintOf(rules)) state.set(key, [{ height: 0, value }]);

  for (const [payer, payments] of paymentsOf(recording)) {
    const purse = purseAddress(lastOf(recording.state.get(payer))?.Account?.main_purse ?? '');
    const kept = (height: number): bigint =>
      payments.reduce((sum, payment) => (payment.height <= height ? sum + payment.cost : sum), 0n);
    const heights = payments.map(({ height }) => height);
    balances.set(
      purse,
      changed(balances.get(purse), heights, (motes, height) => String(BigInt(motes ?? 0) + kept(height))),
    );
    const total = (height: number): StoredValue => motesValue(BigInt(at(balances.get(purse), height) ?? 0));
    const key = `balance-${purse}`;
    state.set(
      key,
      changed(state.get(key), heights, (_value, height) => total(height)),
    );

    const live = new Map<string, { readonly time: number; amount: bigint }>();
    for (const { height, time, cost, name } of payments) {
      const effects: Effect[] = [];
      for (const [held, { time: since }] of live) {
        if (since > time - rules.intervalMs) continue;
        live.delete(held);
        state.set(held, [...(state.get(held) ?? []), { height }]);
        effects.push({ key: held, kind: { Prune: held } });
      }
      const held = holdKey(purse, time);
      const amount = (live.get(held)?.amount ?? 0n) + cost;
      live.set(held, { time, amount });
      const value = motesValue(amount);
      state.set(held, [...(state.get(held) ?? []).filter((version) => version.height < height), { height, value }]);
      effects.push({ key: held, kind: { Write: value } });
      const recorded = transactions.get(name);
      if (recorded !== undefined) transactions.set(name, withEffects(recorded, effects));
    }
  }
  return { ...recording, state, balances, transactions };
}

interface Payment {
  readonly name: string;
  readonly height: number;
  /** Of its block, in milliseconds. */
  readonly time: number;
  /** What the payer lost on the recorded chain. */
  readonly cost: bigint;
}

/** By the payer's account key, in the order of execution. */
function paymentsOf({ blocks, transactions }: Recording): Map<string, Payment[]> {
  const all = new Map<string, Payment[]>();
  for (const { header, body } of blocks) {
    const names = Object.values(body.transactions).flatMap((lane) =>
      lane.flatMap((one) => Object.entries(one).map(([kind, hash]) => `${kind} ${hash}`)),
    );
    for (const name of names) {
      const result = transactions.get(name)?.execution_info.execution_result.Version2 as
        | { readonly initiator: Readonly<Record<string, string>>; readonly cost: string; readonly refund: string }
        | undefined;
      const cost = BigInt(result?.cost ?? 0) - BigInt(result?.refund ?? 0);
      if (result === undefined || cost === 0n) continue;
      const { PublicKey, AccountHash = accountHashKey(PublicKey ?? '') } = result.initiator;
      const payment = { name, height: header.height, time: Date.parse(header.timestamp), cost };
      all.set(AccountHash, [...(all.get(AccountHash) ?? []), payment]);
    }
  }
  return all;
}

/** The named keys of the mint that say how fees are held, and the registry that names the mint. */
function mintOf({ handling, intervalMs }: NoFeeRules): readonly (readonly [key: string, value: StoredValue])[] {
  const mint = 'e1'.repeat(32);
  const [handlingKey, intervalKey] = ['e2', 'e3'].map((byte) => `uref-${byte.repeat(32)}`);
  const tag = handling === 'amortized' ? 1 : 0;
  const interval = Buffer.alloc(8);
  interval.writeBigUInt64LE(BigInt(intervalMs));
  const registry = {
    cl_type: { Map: { key: 'String', value: { ByteArray: 32 } } },
    bytes: `0100000004000000${Buffer.from('mint').toString('hex')}${mint}`,
    parsed: [{ key: 'mint', value: mint }],
  };
  const contract = {
    contract_package_hash: `contract-package-${'e4'.repeat(32)}`,
    contract_wasm_hash: `contract-wasm-${'00'.repeat(32)}`,
    named_keys: [
      { name: 'gas_hold_handling', key: `${handlingKey}-007` },
      { name: 'gas_hold_interval', key: `${intervalKey}-007` },
    ],
    entry_points: [],
    protocol_version: '2.0.3',
  };
  return [
    [SYSTEM_REGISTRY, { CLValue: registry }],
    [`hash-${mint}`, { Contract: contract }],
    [`${handlingKey}`, { CLValue: { cl_type: 'U8', bytes: `0${tag}`, parsed: tag } }],
    [`${intervalKey}`, { CLValue: { cl_type: 'U64', bytes: interval.toString('hex'), parsed: intervalMs } }],
  ];
}

function withEffects(answer: TransactionAnswer, more: readonly Effect[]): TransactionAnswer {
  const { execution_info: info } = answer;
  const { Version2: result } = info.execution_result;
  if (result === undefined) return answer;
  const effects = [...result.effects, ...more];
  return {
    ...answer,
    execution_info: {
      ...info,
      execution_result: { ...info.execution_result, Version2: { ...result, effects } },
    },
  };
}

/** The versions with one more at each of the heights, each value changed. */
function changed<T>(
  versions: readonly Version<T>[] = [],
  heights: readonly number[],
  change: (value: T | undefined, height: number) => T,
): Version<T>[] {
  const all = [...new Set([...versions.map(({ height }) => height), ...heights])].sort((a, b) => a - b);
  return all.map((height) => {
    const value = at(versions, height);
    return value === undefined ? { height } : { height, value: change(value, height) };
  });
}

const at = <T>(versions: readonly Version<T>[] = [], height: number): T | undefined =>
  versions.findLast((version) => version.height <= height)?.value;

const lastOf = (versions: readonly Version<StoredValue>[] = []): StoredValue | undefined =>
  versions.findLast(({ value }) => value !== undefined)?.value;
