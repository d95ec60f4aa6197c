import { expect, test } from '@jest/globals';
import { keyRandomBytes } from '../../../lib/domain/api-key.ts';
import { createAuthenticate } from '../../../lib/runtime/access/authenticate.ts';
import { rememberedMs } from '../../../lib/runtime/access/credential-memory.ts';
import { createKey } from '../../../lib/usecases/keys/create-key.ts';
import { revokeKey } from '../../../lib/usecases/keys/revoke-key.ts';
import { rotateKey } from '../../../lib/usecases/keys/rotate-key.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const nothing = () => {};
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const plain = {
  name: 'a',
  roles: ['writer'] as const,
  collections: null,
  application: 'shop',
  limits: null,
  note: null,
};

test('a key that was made is accepted at once; a revoked or replaced one is refused within a minute by every instance (rules ACCESS-2 and ACCESS-23)', async () => {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  let made = 0;
  const clock = { now: () => now, steady: () => now };
  const service = { ...createMemoryStore(), clock };
  const maker = { actor: 'local:operator-key', random: () => new Uint8Array(keyRandomBytes).fill(++made) };
  const instances = [1, 2].map(() =>
    createAuthenticate({ keys: service.keys, issuers: [], localKey: null, clock, log }),
  );
  /** Asks each instance: all say the same. */
  async function ask(text: string) {
    const [one, other] = await Promise.all(instances.map((authenticate) => authenticate(`Bearer ${text}`, 'GET')));
    expect(other).toEqual(one);
    return one;
  }

  const first = await createKey({ ...plain, expiresAt: null }, maker, service);
  const second = await createKey({ ...plain, expiresAt: null }, maker, service);
  const accepted = { name: `key:${first.stored.id}`, roles: ['writer'], application: 'shop' };
  expect(await ask(first.text)).toMatchObject(accepted);
  expect(await ask(second.text)).toMatchObject({ name: `key:${second.stored.id}` });

  await revokeKey(first.stored.id, maker, service);
  const third = await rotateKey(second.stored.id, { overlapSeconds: 3_600 }, maker, service);
  // Both instances have read the keys at this very moment; what the gateway adds is tested with the stacks.
  expect(await ask(first.text)).toMatchObject(accepted);
  now += rememberedMs + 1;
  expect(rememberedMs).toBeLessThan(60_000);
  expect(await ask(first.text)).toEqual({ refused: 'invalid' });
  expect(await ask(second.text)).toMatchObject({ name: `key:${second.stored.id}` });
  expect(await ask(third.text)).toMatchObject({ name: `key:${third.stored.id}` });
  now += 3_600_000;
  expect(await ask(second.text)).toEqual({ refused: 'invalid' });
  expect(await ask(third.text)).toMatchObject({ name: `key:${third.stored.id}` });
});
