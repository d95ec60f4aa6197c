import { methodsOn } from '../../lib/runtime/route-of-path.ts';
import type { Running } from '../../lib/runtime/service.ts';

export interface FormOfReaders {
  /** Where a request for this path is sent. */
  at(path: string): string;
  end(): Promise<void>;
}

/**
 * Rules hold for both forms of the readers. With TEST_READERS=web a test's requests for the readers' routes go to a process that serves
 * many of them at once, and all others to the gateway.
 */
export async function formOfReaders(gateway: string, running: () => Running): Promise<FormOfReaders> {
  if (process.env.TEST_READERS !== 'web') return { at: (path) => gateway + path, end: async () => {} };
  const { startWebProcess, webRoutes } = await import('../../infra/web/web-process.ts');
  const web = await startWebProcess({ host: '127.0.0.1', port: 0, running: running() });
  const isServed = (path: string) => methodsOn(path.split('?')[0] ?? '', webRoutes).length > 0;
  return { at: (path) => (isServed(path) ? web.url : gateway) + path, end: () => web.end() };
}
