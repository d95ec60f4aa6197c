import { http } from '../lib/runtime/http.ts';
import { localReply, noLocalData } from '../lib/runtime/local-data-answer.ts';
import { admitByTags, localPlaceOf, localTextOf } from '../lib/runtime/local-data-request.ts';
import { emptyReply } from '../lib/runtime/reply.ts';
import { changeLocalData } from '../lib/usecases/local-data/change-local-data.ts';

/** Stores or deletes the caller's own data for one entity, which need not be on the chain. */
export const handler = http(async (request, service) => {
  const place = localPlaceOf(request, service);
  const wanted = { place, actor: request.principal.name, admit: admitByTags.bind(null, request) };
  if (request.method === 'DELETE') {
    const { existed } = await changeLocalData({ ...wanted, text: null }, service);
    if (!existed) throw noLocalData(place);
    return emptyReply(204, {});
  }
  const { data, existed } = await changeLocalData({ ...wanted, text: localTextOf(request) }, service);
  return localReply(place, data, { status: existed ? 200 : 201 });
}, 'writer');
