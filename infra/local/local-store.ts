import type { Running } from '../../lib/runtime/service.ts';
import type { Store } from '../../lib/store/store.ts';
import type { Functions } from './aws/functions.ts';
import type { Streams } from './aws/streams.ts';

/** The store of a local run, and how the functions come to use it. */
export interface LocalStore {
  /** For the start-up output. */
  readonly kind: string;
  /** Of the engine; undefined in memory. */
  readonly endpoint: string | undefined;
  /** Of the engine's process; undefined in memory, and for an engine that another process runs. */
  readonly pid: number | undefined;
  /** The folder of the data, or the name of what keeps it. */
  readonly data: string;
  readonly keepsData: boolean;
  readonly store: Store;
  /** The instance of the service that the functions use. */
  service(): Running;
  /** The same functions, on this store. */
  bind(functions: Functions): Functions;
  /** Delivers the changes of streamed tables to the functions of the manifest. */
  deliverStreams(functions: Functions, report: (message: string) => void): Streams;
  /** Ends the engine alone, for tests of a store that is gone. */
  stopEngine(): Promise<void>;
  close(): Promise<void>;
}
