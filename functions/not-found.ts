import { http } from '../lib/runtime/http.ts';
import { notFound } from '../lib/runtime/problem.ts';

/** Whatever no other route takes. */
export const handler = http(async () => {
  throw notFound('there is no such route');
});
