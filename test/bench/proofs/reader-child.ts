/** A process that reads one node's chain and reports what that cost it: the node's own work is in another process. */
import type { EntityRef } from '../../../lib/domain/entity.ts';
import { type Proving, read, readerOf } from './reader.ts';

export interface Reads {
  readonly ref: EntityRef;
  readonly times: number;
}

const [, , url = '', chainName = '', proving = ''] = process.argv;
const service = readerOf(url, chainName, proving as Proving);

process.on('message', async ({ ref, times }: Reads) => {
  const before = process.cpuUsage();
  for (let done = 0; done < times; done += 1) await read(ref, service);
  const { user, system } = process.cpuUsage(before);
  // In microseconds for one read.
  process.send?.((user + system) / times);
});
process.send?.('ready');
