import { type ChainView, stateAt } from '../chain-view.ts';
import { accountKeyOf, findBlock, readPublicKey } from '../identifiers.ts';
import { accountHashKey } from '../keys.ts';
import { readParams, readTagged, readText } from '../params.ts';
import type { RecordedAccount } from '../recorded.ts';
import { noSuchAccount, noSuchEntity, noSuchStateRoot, unparsableParams } from '../rpc-error.ts';
import { type Method, NO_PROOF } from './method.ts';

export const stateGetAccountInfo: Method = (view, params) => {
  const asked = readParams(params, ['account_identifier'], ['block_identifier']);
  const identifier = asked.account_identifier;
  const key = typeof identifier === 'string' ? accountKeyOf(identifier) : undefined;
  if (key === undefined) throw unparsableParams('data did not match any variant of untagged enum AccountIdentifier');
  const account = accountAt(view, key, asked.block_identifier, 'account info');
  if (account === undefined) throw noSuchAccount();
  return { account, merkle_proof: NO_PROOF };
};

/** Addressable entities are off: an account is an entity only by its public key or account hash. */
export const stateGetEntity: Method = (view, params) => {
  const asked = readParams(params, ['entity_identifier'], ['block_identifier', 'include_bytecode']);
  const key = entityKey(asked.entity_identifier);
  const account = accountAt(view, key, asked.block_identifier, 'addressable entity');
  if (account === undefined) throw noSuchEntity();
  return { entity: { Account: account }, merkle_proof: NO_PROOF };
};

function entityKey(identifier: unknown): string | undefined {
  const { tag, inner } = readTagged(identifier, ['PublicKey', 'AccountHash', 'EntityAddr']);
  if (tag === 'PublicKey') return accountHashKey(readPublicKey(inner));
  const text = readText(inner);
  return tag === 'AccountHash' ? accountKeyOf(text) : undefined;
}

/** The node reports an unknown block as an unknown state root, without the available block range. */
function accountAt(
  view: ChainView,
  key: string | undefined,
  identifier: unknown,
  subject: string,
): RecordedAccount | undefined {
  const block = findBlock(view, identifier);
  if (block === undefined) throw noSuchStateRoot(subject);
  return key === undefined ? undefined : stateAt(view, key, block.header.height)?.Account;
}
