import * as z from 'zod/mini';
import { isKeyId } from '../lib/domain/api-key.ts';
import { http } from '../lib/runtime/http.ts';
import { keyAnswer } from '../lib/runtime/key-answer.ts';
import { fillPage, nextAfter, pageOf } from '../lib/runtime/page.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { keyById, listKeys } from '../lib/usecases/keys/list-keys.ts';

const place = z.string().check(z.refine(isKeyId));

/** Gets one API key, or a list of them: never the keys themselves. */
export const handler = http(async ({ parameters, query }, service) => {
  const now = service.clock.now();
  if (parameters.id !== undefined) return jsonReply(keyAnswer(await keyById(parameters.id, service), now));
  const { rows, last } = await fillPage(
    pageOf(query, 'keys', place),
    (page) => listKeys(page, service),
    (key) => keyAnswer(key, now),
    ({ id }) => id,
  );
  return jsonReply({ items: rows, next: nextAfter(last, 'keys') });
});
