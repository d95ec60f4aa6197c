import { randomBytes } from 'node:crypto';
import { http } from '../lib/runtime/http.ts';
import { runIdOf } from '../lib/runtime/reconciliation-request.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { linkTokenBytes, makeReportLink } from '../lib/usecases/reconciliation/report-link.ts';

/** Makes a link that opens the report of a run as a page: within a minute, once, without a credential. */
export const handler = http(async ({ parameters }, service) => {
  const run = runIdOf(parameters);
  const { token, expiresAt } = await makeReportLink(run, () => randomBytes(linkTokenBytes), service);
  return jsonReply({ url: `/reports/${run}/${token}`, expiresAt }, 201);
});
