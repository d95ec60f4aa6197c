import type { Deployment } from './uses/use.ts';

/** The same deployment. Once the signal aborts, all that a use asks of it fails, so that the use ends. */
export function stoppable(deployment: Deployment, signal: AbortSignal): Deployment {
  const { service } = deployment;
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  stopped.catch(() => undefined);
  const orStopped = <Result>(work: Promise<Result>) => Promise.race([work, stopped]);
  return {
    ...deployment,
    service: {
      ...service,
      ask: (...asked) => orStopped(service.ask(...asked)),
      askSigned: (...asked) => orStopped(service.askSigned(...asked)),
      invoke: (...asked) => orStopped(service.invoke(...asked)),
      items: (table) => orStopped(service.items(table)),
    },
    eventually: (holds) =>
      deployment.eventually(() => {
        signal.throwIfAborted();
        return holds();
      }),
  };
}
