import { accountId } from '../lib/domain/account-id.ts';
import { activityItem, activityQueryIn } from '../lib/runtime/activity-request.ts';
import { http } from '../lib/runtime/http.ts';
import { nextAfter } from '../lib/runtime/page.ts';
import { answerReply, jsonReply } from '../lib/runtime/reply.ts';
import { accountActivity } from '../lib/usecases/reading/account-activity.ts';

/** Lists the transactions of one account, newest first, from what sync has read since the account is tracked. */
export const handler = http(async ({ parameters, query, requestId, chainReads }, service) => {
  const account = { kind: 'account', id: accountId(parameters.id ?? '') };
  const { wanted, bound } = activityQueryIn(account.id, query);
  const found = await accountActivity(account, wanted, { ...service, chainReads });
  if ('absent' in found) return answerReply(found.absent, requestId);
  const { items, complete, last, followed } = found;
  return jsonReply({
    items: items.map(activityItem),
    completeBlocks: complete ?? null,
    next: nextAfter(last, bound),
    meta: { source: 'database', block: followed, requestId },
  });
}, 'reader');
