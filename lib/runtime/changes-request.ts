import { type ChangeFilter, isWanted } from '../domain/change-event.ts';
import { type EventType, eventTypes } from '../domain/domain-event.ts';
import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import { mayAct, type Principal } from '../domain/principal.ts';
import { resolveCollection } from '../entities/collections.ts';
import type { ChangesRequest } from '../usecases/events/read-changes.ts';
import { mayUse, refuseForeignCollection } from './access/admit.ts';
import { ownerOf } from './owner.ts';
import type { Running } from './service.ts';
import { longestWaitSeconds } from './wait-request.ts';

const defaultLimit = 100;
const maxLimit = 1_000;

/** Rule FEED-8: what is for auditors elsewhere, runs, who has passed a block, and webhooks, is for them here. */
const forAuditors: ReadonlySet<EventType> = new Set([
  'ReconciliationStarted',
  'ReconciliationFinished',
  'BlockUnseen',
  'WebhookPaused',
]);

/** The query of `GET /v1/changes`, for a caller. Throws InvalidRequest, InvalidId, and `forbidden` for a foreign collection. */
export function changesRequestOf(
  query: Readonly<Record<string, string>>,
  principal: Principal,
  { config, definitions }: Pick<Running, 'config' | 'definitions'>,
): Omit<ChangesRequest, 'hasRoomFor'> {
  const errors: FieldError[] = [];
  const limit = numberIn('limit', query.limit, defaultLimit, maxLimit, errors);
  const seconds = numberIn('wait', query.wait, 0, longestWaitSeconds, errors);
  const kinds = listIn('kinds', query.kinds, [...definitions.keys()], errors);
  const types = listIn('types', query.types, eventTypes, errors);
  if (errors.length > 0) throw new InvalidRequest(errors);
  const collection =
    query.collection === undefined ? undefined : resolveCollection(query.collection, config.collections).package;
  refuseForeignCollection(principal, collection ?? null);
  const account = query.account === undefined ? undefined : ownerOf(query.account, 'account');
  const filter: ChangeFilter = { kinds, types, collection, account };
  const seesAll = mayAct(principal, 'auditor');
  return {
    after: query.after ?? 'now',
    limit,
    seconds,
    wants: (event) =>
      isWanted(event, filter) && (seesAll || !forAuditors.has(event.type)) && mayUse(principal, event.collection),
  };
}

function numberIn(path: string, text: string | undefined, usual: number, most: number, errors: FieldError[]): number {
  if (text === undefined) return usual;
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) errors.push({ path, message: `must be 1 to ${most}` });
  return number;
}

function listIn(
  path: string,
  text: string | undefined,
  known: readonly string[],
  errors: FieldError[],
): readonly string[] | undefined {
  const names = text?.split(',');
  const isKnown = names?.every((name) => known.includes(name)) ?? true;
  if (!isKnown) errors.push({ path, message: `must be names, separated by commas, of: ${known.join(', ')}` });
  return names;
}
