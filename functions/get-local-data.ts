import { localTrail } from '../lib/domain/local-data.ts';
import { historyReply } from '../lib/runtime/history-answer.ts';
import { http } from '../lib/runtime/http.ts';
import { localReply } from '../lib/runtime/local-data-answer.ts';
import { localPlaceOf } from '../lib/runtime/local-data-request.ts';

/** Gets the caller's own data for one entity, or its trail. Neither the chain nor the record is asked. */
export const handler = http(async (request, service) => {
  const place = localPlaceOf(request, service);
  if (request.route.endsWith('/history')) return historyReply(request, localTrail(place), place.ref, service);
  const data = await service.localData.find(place);
  return localReply(place, data, { ifNoneMatch: request.headers['if-none-match'] });
}, 'reader');
