import type { EntityRef } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import { fromHistory } from './from-history.ts';

/**
 * Gives what the answers said, or would have said, at a block, in the answers' own form; undefined where the trail does not show it
 * (rule PAST-5). Trails and records are read once, for however many blocks it is asked. Throws StoreUnavailable.
 */
export function pastValuesOf(
  ref: EntityRef,
  service: Service,
): (at: number | undefined) => Promise<object | null | undefined> {
  const definition = service.definitions.get(ref.kind);
  const snapshots = once(service.snapshots, 'current');
  const remembering = { ...service, records: once(service.records, 'get'), audit: once(service.audit, 'history') };
  return async (at) => {
    if (definition === undefined || at === undefined) return undefined;
    const snapshot = await snapshots.current();
    const record = await remembering.records.get(ref);
    const found = record && (await fromHistory(record, definition.definition, at, snapshot, remembering));
    return found?.value && definition.present(ref.id, found.value, found.joined);
  };
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
