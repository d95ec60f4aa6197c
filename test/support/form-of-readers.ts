import type { WebProcess } from '../../infra/web/web-process.ts';
import type { Running } from '../../lib/runtime/service.ts';

export interface FormOfReaders {
  /** Where a request for this path is sent. */
  at(path: string): Promise<string>;
  end(): Promise<void>;
}

/**
 * Rules hold for both forms of the readers. With TEST_READERS=web a test's requests for the readers' routes go to a process that serves
 * many of them at once, and all others to the gateway. As the handlers behind the gateway it reads its environment at the first request.
 */
export async function formOfReaders(gateway: string, running: () => Running): Promise<FormOfReaders> {
  if (process.env.TEST_READERS !== 'web') return { at: async (path) => gateway + path, end: async () => {} };
  const { startWebProcess, isServed } = await import('../../infra/web/web-process.ts');
  let web: Promise<WebProcess> | undefined;
  const started = () => (web ??= startWebProcess({ host: '127.0.0.1', port: 0, running: running() }));
  return {
    at: async (path) => (isServed(wellFormed(path.split('?')[0] ?? '')) ? (await started()).url : gateway) + path,
    end: async () => (await web)?.end(),
  };
}

/** An encoding that is broken is nothing for this choice: both forms refuse it. */
function wellFormed(path: string): string {
  try {
    return decodeURIComponent(path) && path;
  } catch {
    return path.replaceAll('%', '%25');
  }
}
