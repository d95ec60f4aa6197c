import { readConfig } from '../../lib/runtime/config.ts';
import { asInstance, createService, type Running } from '../../lib/runtime/service.ts';
import type { Handler } from './aws/functions.ts';
import { createMemoryStreams, type MemoryStreams } from './aws/memory-streams.ts';
import type { LocalStore } from './local-store.ts';
import { reportingTables, type TableChange } from './memory/changes.ts';
import { createMemoryStore } from './memory/memory-store.ts';

/** A store that ends with this process. All functions share one instance of the service on it. */
export function storeInMemory(why: string): LocalStore {
  const early: TableChange[] = [];
  let streams: MemoryStreams | undefined;
  const tables = reportingTables((change) => {
    if (streams === undefined) early.push(change);
    else streams.take(change);
  });
  const store = createMemoryStore({ tables });
  let instance: Running | undefined;
  const running = (): Running => {
    // At the first invocation all variables of the local run are set.
    instance ??= createService(readConfig(process.env), { store });
    return instance;
  };
  return {
    kind: `in memory: ${why}`,
    endpoint: undefined,
    pid: undefined,
    data: 'memory',
    keepsData: false,
    store,
    service: running,
    bind: (functions) =>
      new Map(
        [...functions].map(([name, handle]): [string, Handler] => [
          name,
          (event, context) => asInstance(running(), () => handle(event, context)),
        ]),
      ),
    deliverStreams(functions, report) {
      streams = createMemoryStreams({ tables, functions, report });
      for (const change of early.splice(0)) streams.take(change);
      return streams;
    },
    stopEngine: async () => {},
    close: async () => {},
  };
}
