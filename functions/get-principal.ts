import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';

/** Says as whom the caller is known, and what it may do. */
export const handler = http(async ({ principal: { name, kind, roles, collections, application } }) =>
  jsonReply({ name, kind, roles, collections, application }),
);
