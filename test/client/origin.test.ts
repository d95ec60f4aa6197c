import { afterEach, expect, test } from '@jest/globals';
import { createClient } from '../../lib/client/index.ts';

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'document');
});

const failing = createClient({
  url: 'http://127.0.0.1:1',
  retries: 0,
  fetch: () => Promise.reject(new TypeError('Failed to fetch')),
});

test('a page is shown that its origin may not be allowed; a program is not', async () => {
  const failure = () => failing.getReady().catch((error: Error) => error.message);
  expect(await failure()).not.toContain('origin');
  Object.defineProperty(globalThis, 'document', { value: {}, configurable: true });
  expect(await failure()).toContain('ASTAKE_CORS_ORIGINS');
});
