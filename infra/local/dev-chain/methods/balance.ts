import { balanceAt, type ChainView, stateAt } from '../chain-view.ts';
import { accountKeyOf, readPublicKey, rootBlockOf, stateBlockOf, urefFault } from '../identifiers.ts';
import { accountHashKey, purseAddress } from '../keys.ts';
import { readParams, readTagged, readText } from '../params.ts';
import { nodeRequestFailed, purseNotFound, unparsableParams, unparsablePurse } from '../rpc-error.ts';
import { type Method, NO_PROOF } from './method.ts';

export const queryBalance: Method = (view, params) => {
  const { purse, height } = readQuestion(view, params);
  return { balance: available(view, purse, height) };
};

/** Total is what the purse's balance key holds, available what `query_balance` says; no hold was ever live on these chains. */
export const queryBalanceDetails: Method = (view, params) => {
  const { purse, height } = readQuestion(view, params);
  const available_balance = available(view, purse, height);
  const total = stateAt(view, `balance-${purse}`, height)?.CLValue as { parsed?: string } | undefined;
  return {
    total_balance: total?.parsed ?? available_balance,
    available_balance,
    total_balance_proof: NO_PROOF,
    holds: [],
  };
};

export const stateGetBalance: Method = (view, params) => {
  const { state_root_hash, purse_uref } = readParams(params, ['state_root_hash', 'purse_uref']);
  const purse = readText(purse_uref);
  const fault = urefFault(purse);
  if (fault !== undefined) throw unparsablePurse(fault);
  const { header } = rootBlockOf(view, state_root_hash, 'balance');
  return { balance_value: available(view, purseAddress(purse), header.height), merkle_proof: NO_PROOF };
};

/** A block that the node does not know makes its answer empty, which the sidecar reports as a failed request. */
function readQuestion(view: ChainView, params: unknown): { purse: string | undefined; height: number } {
  const { purse_identifier, state_identifier } = readParams(params, ['purse_identifier'], ['state_identifier']);
  const purse = readPurse(purse_identifier);
  const { block } = stateBlockOf(view, state_identifier, 'balance', () =>
    nodeRequestFailed('balance', 'unexpectedly received an empty envelope'),
  );
  return { purse: purse(view, block.header.height), height: block.header.height };
}

function available(view: ChainView, purse: string | undefined, height: number): string {
  const balance = purse === undefined ? undefined : balanceAt(view, purse, height);
  if (balance === undefined) throw purseNotFound();
  return balance;
}

/** Parsed before any state is looked at, as the node does: where to find the purse once the block is known. */
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
      const fault = urefFault(uref);
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
