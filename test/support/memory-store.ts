/** The in-memory store of a local run, under the name by which the tests know it. */
export {
  createMemoryStore,
  type MemoryStore,
  type MemoryTables,
  type OnCall,
} from '../../infra/local/memory/memory-store.ts';
