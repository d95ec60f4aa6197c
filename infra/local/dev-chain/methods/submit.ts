import { readParams, readTagged } from '../params.ts';
import { invalidDeploy, invalidTransaction } from '../rpc-error.ts';
import { submissionRefusal } from '../submissions/acceptance.ts';
import { readDeploy, readVersion1 } from '../submissions/submission.ts';
import type { Method } from './method.ts';

export const accountPutTransaction: Method = (view, params) => {
  const { tag, inner } = readTagged(readParams(params, ['transaction']).transaction, ['Deploy', 'Version1']);
  const submission = tag === 'Deploy' ? readDeploy(inner) : readVersion1(inner);
  const refusal = submissionRefusal(view, submission, view.submissions.now());
  if (refusal !== undefined) throw invalidTransaction(refusal);
  view.submissions.accept(submission);
  return { transaction_hash: { [tag]: submission.hash } };
};

export const accountPutDeploy: Method = (view, params) => {
  const submission = readDeploy(readParams(params, ['deploy']).deploy);
  const refusal = submissionRefusal(view, submission, view.submissions.now());
  if (refusal !== undefined) throw invalidDeploy(refusal);
  view.submissions.accept(submission);
  return { deploy_hash: submission.hash };
};
