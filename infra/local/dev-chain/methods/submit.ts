import type { ChainView } from '../chain-view.ts';
import { readParams, readTagged } from '../params.ts';
import { invalidDeploy, invalidTransaction, JsonRpcError, unparsableParams } from '../rpc-error.ts';
import { submissionRefusal } from '../submissions/acceptance.ts';
import { readDeploy, readVersion1, type Submission } from '../submissions/submission.ts';
import type { Method } from './method.ts';

export const accountPutTransaction: Method = (view, params) => {
  const { tag, inner } = readTagged(readParams(params, ['transaction']).transaction, ['Deploy', 'Version1']);
  const submission = tag === 'Deploy' ? readDeploy(inner) : readVersion1(inner);
  const refusal = refusalBy(view, submission);
  if (refusal !== undefined) throw invalidTransaction(refusal);
  view.submissions.accept(submission);
  return { transaction_hash: { [tag]: submission.hash } };
};

export const accountPutDeploy: Method = (view, params) => {
  const submission = readDeploy(readParams(params, ['deploy']).deploy);
  const refusal = refusalBy(view, submission);
  if (refusal !== undefined) throw invalidDeploy(refusal);
  view.submissions.accept(submission);
  return { deploy_hash: submission.hash };
};

/** Members of the wrong type anywhere in a transaction make it unparsable. */
function refusalBy(view: ChainView, submission: Submission): string | undefined {
  try {
    return submissionRefusal(view, submission, view.submissions.now());
  } catch (error) {
    if (error instanceof JsonRpcError) throw error;
    throw unparsableParams('data did not match the type of a transaction');
  }
}
