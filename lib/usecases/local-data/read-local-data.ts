import type { EntityRef } from '../../domain/entity.ts';
import { parseAsWritten } from '../../domain/exact-json.ts';
import { isThere, type LocalData } from '../../domain/local-data.ts';
import type { Service } from '../../domain/service.ts';

/** What an answer shows of an application's own data; `unavailable`: it could not be read, and the answer says so (rule LOCAL-5). */
export type LocalPart = { readonly value: object | null } | { readonly unavailable: true };

type ReadService = Pick<Service, 'localData' | 'log'>;

/** For one answer: a consistent read. Never throws. */
export const localPartOf = (application: string, ref: EntityRef, { localData, log }: ReadService): Promise<LocalPart> =>
  localData.find({ application, ref }).then(partOf, (error: unknown) => unavailable(error, log));

/** For several answers: one batch; order as asked. Never throws. */
export async function localPartsOf(
  application: string,
  refs: readonly EntityRef[],
  { localData, log }: ReadService,
): Promise<readonly LocalPart[]> {
  if (refs.length === 0) return [];
  try {
    return (await localData.findMany(application, refs)).map(partOf);
  } catch (error) {
    const part = unavailable(error, log);
    return refs.map(() => part);
  }
}

function partOf(data: LocalData | undefined): LocalPart {
  if (data?.unreadable) return { unavailable: true };
  return { value: isThere(data) ? (parseAsWritten(data.text) as object) : null };
}

function unavailable(error: unknown, log: ReadService['log']): LocalPart {
  log.warn('local data could not be read', { error: error instanceof Error ? error.message : String(error) });
  return { unavailable: true };
}
