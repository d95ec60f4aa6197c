import type { EntityRef } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import { fromHistory } from './from-history.ts';

/**
 * What the answers said, or would have said, at each of these blocks, in the answers' own form; undefined where the trail does not show
 * it (rule PAST-5). Trails and records are read once for all of them. Throws StoreUnavailable.
 */
export async function pastValues(
  ref: EntityRef,
  heights: readonly (number | undefined)[],
  service: Service,
): Promise<(object | null | undefined)[]> {
  const definition = service.definitions.get(ref.kind);
  const snapshot = await service.snapshots.current();
  const remembering = { ...service, records: once(service.records, 'get'), audit: once(service.audit, 'history') };
  const record = definition && (await remembering.records.get(ref));
  if (definition === undefined || record === undefined) return heights.map(() => undefined);
  const values: (object | null | undefined)[] = [];
  for (const at of heights) {
    const found =
      at === undefined ? undefined : await fromHistory(record, definition.definition, at, snapshot, remembering);
    values.push(found?.value && definition.present(ref.id, found.value, found.joined));
  }
  return values;
}

/** The same port, of which one method is called once for the same arguments. */
function once<Port extends object, Name extends keyof Port>(port: Port, name: Name): Port {
  const asked = new Map<string, unknown>();
  const method = port[name] as (...given: unknown[]) => unknown;
  const memoized = (...given: unknown[]): unknown => {
    const key = JSON.stringify(given);
    if (!asked.has(key)) asked.set(key, method(...given));
    return asked.get(key);
  };
  return { ...port, [name]: memoized };
}
