import { http } from '../lib/runtime/http.ts';
import { createPages, pageReply, pagesFolder } from '../lib/runtime/pages.ts';
import { notFound } from '../lib/runtime/problem.ts';

const pages = createPages(pagesFolder());

/** Sends a built page, or a script or a style of one. */
export const handler = http(async ({ path, headers }) => {
  const page = await pages.at(path);
  if (page === undefined) throw notFound('there is no such page');
  return pageReply(page, headers);
}, 'anyone');
