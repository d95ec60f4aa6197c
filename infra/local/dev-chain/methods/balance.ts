import { balanceAt, type ChainView, stateAt } from '../chain-view.ts';
import { holdProof, holdsOn } from '../holds.ts';
import { accountKeyOf, readPublicKey, rootBlockOf, stateBlockOf, urefProblem } from '../identifiers.ts';
import { accountHashKey, purseAddress } from '../keys.ts';
import { readParams, readTagged, readText } from '../params.ts';
import type { RecordedBlock } from '../recorded.ts';
import { nodeRequestFailed, purseNotFound, unparsableParams, unparsablePurse } from '../rpc-error.ts';
import { type Method, proofOf } from './method.ts';

export const queryBalance: Method = (view, params) => {
  const { purse, block } = readQuery(view, params);
  return { balance: available(view, purse, block.header.height) };
};

/** The recorded chains never had an active hold; a made-up chain without fees has some (`no-fee.ts`). */
export const queryBalanceDetails: Method = (view, params) => {
  const { purse, block } = readQuery(view, params);
  const { height } = block.header;
  const available_balance = available(view, purse, height);
  const total = stateAt(view, `balance-${purse}`, height)?.CLValue as { parsed?: string } | undefined;
  const { holds = [] } = (purse !== undefined && holdsOn(view, purse, height)) || {};
  return {
    total_balance: total?.parsed ?? available_balance,
    available_balance,
    total_balance_proof: proofOf(view, `balance-${purse}`, block),
    holds: holds.map((hold) => ({ time: hold.time, amount: String(hold.amount), proof: holdProof(hold) })),
  };
};

export const stateGetBalance: Method = (view, params) => {
  const { state_root_hash, purse_uref } = readParams(params, ['state_root_hash', 'purse_uref']);
  const purse = readText(purse_uref);
  const fault = urefProblem(purse);
  if (fault !== undefined) throw unparsablePurse(fault);
  const block = rootBlockOf(view, state_root_hash, 'balance');
  const address = purseAddress(purse);
  return {
    balance_value: available(view, address, block.header.height),
    merkle_proof: proofOf(view, `balance-${address}`, block),
  };
};

/** For an unknown block the node's answer is empty, which the sidecar reports as a failed request. */
function readQuery(view: ChainView, params: unknown): { purse: string | undefined; block: RecordedBlock } {
  const { purse_identifier, state_identifier } = readParams(params, ['purse_identifier'], ['state_identifier']);
  const purse = readPurse(purse_identifier);
  const { block } = stateBlockOf(view, state_identifier, 'balance', () =>
    nodeRequestFailed('balance', 'unexpectedly received an empty envelope'),
  );
  return { purse: purse(view, block.header.height), block };
}

function available(view: ChainView, purse: string | undefined, height: number): string {
  const balance = purse === undefined ? undefined : balanceAt(view, purse, height);
  if (purse === undefined || balance === undefined) throw purseNotFound();
  return String(BigInt(balance) - (holdsOn(view, purse, height)?.held ?? 0n));
}

/** Parses the identifier before any state is read, as the node does. Returns a function that finds the purse at a block. */
function readPurse(identifier: unknown): (view: ChainView, height: number) => string | undefined {
  const { tag, inner } = readTagged(identifier, [
    'main_purse_under_public_key',
    'main_purse_under_account_hash',
    'main_purse_under_entity_addr',
    'purse_uref',
  ]);
  switch (tag) {
    case 'purse_uref': {
      const uref = readText(inner);
      const fault = urefProblem(uref);
      if (fault !== undefined) throw unparsableParams(fault);
      return () => purseAddress(uref);
    }
    case 'main_purse_under_public_key':
      return mainPurseOf(accountHashKey(readPublicKey(inner)));
    case 'main_purse_under_account_hash': {
      const key = accountKeyOf(readText(inner));
      if (key === undefined) throw unparsableParams('invalid account hash');
      return mainPurseOf(key);
    }
    case 'main_purse_under_entity_addr':
      return mainPurseOf(readText(inner).replace(/^entity-account-/, 'account-hash-'));
  }
}

function mainPurseOf(accountKey: string) {
  return (view: ChainView, height: number): string | undefined => {
    const account = stateAt(view, accountKey, height)?.Account;
    return account === undefined ? undefined : purseAddress(account.main_purse);
  };
}
