import { InvalidRequest } from '../lib/domain/errors.ts';
import { http } from '../lib/runtime/http.ts';
import { notFound } from '../lib/runtime/problem.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { storedRecordAnswer } from '../lib/runtime/stored-record-answer.ts';
import { definitionOf } from '../lib/usecases/reading/lookup.ts';

/** Says what is stored of one entity, apart from its value: what it depends on, and how it is tracked. */
export const handler = http(async ({ query }, service) => {
  const missing = ['kind', 'id'].filter((name) => query[name] === undefined);
  if (missing.length > 0) throw new InvalidRequest(missing.map((path) => ({ path, message: 'is required' })));
  const { kind = '', id = '' } = query;
  const record = await service.records.get({ kind, id: definitionOf({ kind }, service).canonicalId(id) });
  if (record === undefined) throw notFound('there is no record of this entity');
  return jsonReply(storedRecordAnswer(record));
});
