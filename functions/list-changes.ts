import { roomFor } from '../lib/runtime/answer-room.ts';
import { changesRequestOf } from '../lib/runtime/changes-request.ts';
import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readChanges } from '../lib/usecases/events/read-changes.ts';

/** The feed: events behind a cursor, which may be waited for. */
export const handler = http(async ({ query, principal, hungUp, takePlace }, service) => {
  const request = changesRequestOf(query, principal, service);
  const room = roomFor();
  return jsonReply(await readChanges({ ...request, hungUp, takePlace, hasRoomFor: room.takes }, service));
}, 'reader');
