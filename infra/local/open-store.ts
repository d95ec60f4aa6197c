import type { EngineOptions } from './engine/engine.ts';
import { hasEngine } from './engine/find-program.ts';
import type { LocalStore } from './local-store.ts';
import { storeInMemory } from './store-in-memory.ts';
import { storeOnEngine } from './store-on-engine.ts';

/** `engine` and `memory` are what ASTAKE_STORE may say; undefined: the engine where there is one, else memory. */
export type StoreChoice = 'engine' | 'memory' | undefined;

/**
 * Opens the store of a local run. Throws EngineNotFound when an engine is needed and none is found: when it is asked for, or
 * when data is to be kept in a folder.
 */
export async function openStore(choice: StoreChoice, options: EngineOptions): Promise<LocalStore> {
  if (choice === 'memory') return storeInMemory('ASTAKE_STORE=memory');
  const mayBeInMemory = choice === undefined && options.dataDir === undefined;
  if (mayBeInMemory && !hasEngine()) {
    return storeInMemory(`no database engine is packaged for ${process.platform} on ${process.arch}`);
  }
  return storeOnEngine(options);
}
