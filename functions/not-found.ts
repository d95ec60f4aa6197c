import { http } from '../lib/runtime/http.ts';
import { notFound } from '../lib/runtime/problem.ts';

/** Answers every request that no other route matches. */
export const handler = http(async () => {
  throw notFound('there is no such route');
});
