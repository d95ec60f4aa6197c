import { refOf } from '../lib/runtime/entity-route.ts';
import { historyReply } from '../lib/runtime/history-answer.ts';
import { http } from '../lib/runtime/http.ts';

/** Lists the audit entries of one record, newest first, and what does not hold in them. */
export const handler = http(async (request, service) => {
  const ref = refOf(request, service.definitions);
  return historyReply(request, ref, ref, service);
}, 'reader');
