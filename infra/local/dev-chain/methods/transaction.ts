import { transactionOf } from '../chain-view.ts';
import { readDigest, readParams, readTagged } from '../params.ts';
import { noSuchDeploy, noSuchTransaction } from '../rpc-error.ts';
import type { Method } from './method.ts';

/** Finds a transaction of the requested kind only: the hash of the other kind is unknown. */
export const infoGetTransaction: Method = (view, params) => {
  const asked = readParams(params, ['transaction_hash'], ['finalized_approvals']);
  const { tag, inner } = readTagged(asked.transaction_hash, ['Deploy', 'Version1']);
  const hash = readDigest(inner);
  const found = transactionOf(view, tag, hash);
  if (found === undefined) throw noSuchTransaction(tag, hash);
  return { transaction: found.transaction, execution_info: found.execution_info };
};

export const infoGetDeploy: Method = (view, params) => {
  const { deploy_hash } = readParams(params, ['deploy_hash'], ['finalized_approvals']);
  const hash = readDigest(deploy_hash);
  const found = transactionOf(view, 'Deploy', hash);
  if (found === undefined) throw noSuchDeploy(hash);
  return { deploy: found.transaction.Deploy, execution_info: found.execution_info };
};
