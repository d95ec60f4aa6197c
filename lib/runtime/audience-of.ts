import type { Audience } from '../domain/audience.ts';

/**
 * The audience of a route in the form of the manifest, by the contract; that of every other request is anyone: it gets no more than the
 * answer that there is no such route. undefined: the contract has no such route.
 */
export async function audienceOf(route: string): Promise<Audience | undefined> {
  if (route === '$default') return 'anyone';
  const { operations } = await import('./contract/operations.ts');
  const key = route.replace(/^HEAD /, 'GET ');
  return operations.find(({ method, path }) => `${method} ${path}` === key)?.audience;
}
