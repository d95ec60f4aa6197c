import { type ChainView, stateAt } from '../chain-view.ts';
import { accountKeyOf, findBlock, readPublicKey } from '../identifiers.ts';
import { accountHashKey } from '../keys.ts';
import { readParams, readTagged, readText } from '../params.ts';
import type { RecordedAccount } from '../recorded.ts';
import { noSuchAccount, noSuchEntity, noSuchStateRoot, unparsableParams } from '../rpc-error.ts';
import { type Method, proofOf } from './method.ts';

export const stateGetAccountInfo: Method = (view, params) => {
  const asked = readParams(params, ['account_identifier'], ['block_identifier']);
  const identifier = asked.account_identifier;
  const key = typeof identifier === 'string' ? accountKeyOf(identifier) : undefined;
  if (key === undefined) throw unparsableParams('data did not match any variant of untagged enum AccountIdentifier');
  const found = accountAt(view, key, asked.block_identifier, 'account info');
  if (found === undefined) throw noSuchAccount();
  return { account: found.account, merkle_proof: found.proof };
};

/** Addressable entities are off: an account is an entity only by its public key or account hash. */
export const stateGetEntity: Method = (view, params) => {
  const asked = readParams(params, ['entity_identifier'], ['block_identifier', 'include_bytecode']);
  const key = entityKey(asked.entity_identifier);
  const found = accountAt(view, key, asked.block_identifier, 'addressable entity');
  if (found === undefined) throw noSuchEntity();
  return { entity: { Account: found.account }, merkle_proof: found.proof };
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
): { readonly account: RecordedAccount; readonly proof: string } | undefined {
  const block = findBlock(view, identifier);
  if (block === undefined) throw noSuchStateRoot(subject);
  const account = key === undefined ? undefined : stateAt(view, key, block.header.height)?.Account;
  return key === undefined || account === undefined ? undefined : { account, proof: proofOf(view, key, block) };
}
