import { randomBytes } from 'node:crypto';
import { keyRandomBytes } from '../lib/domain/api-key.ts';
import { refuseWiderKey } from '../lib/runtime/access/admit.ts';
import { keyRequestSchema, keyRotationSchema } from '../lib/runtime/contract/key-schemas.ts';
import { http, type Request } from '../lib/runtime/http.ts';
import { keyAnswer } from '../lib/runtime/key-answer.ts';
import { keySettingsOf, rotationOf } from '../lib/runtime/key-request.ts';
import { parse } from '../lib/runtime/parse.ts';
import { jsonReply, type Reply } from '../lib/runtime/reply.ts';
import type { Running } from '../lib/runtime/service.ts';
import { createKey, type KeyMaker, type MadeKey } from '../lib/usecases/keys/create-key.ts';
import { keyById } from '../lib/usecases/keys/list-keys.ts';
import { revokeKey } from '../lib/usecases/keys/revoke-key.ts';
import { rotateKey } from '../lib/usecases/keys/rotate-key.ts';

const maxBodyBytes = 16 * 1024;

async function create(request: Request, service: Running): Promise<Reply> {
  const settings = keySettingsOf(parse(keyRequestSchema, request.json(maxBodyBytes)), service);
  refuseWiderKey(request.principal, settings.collections);
  return shownOnce(await createKey(settings, makerOf(request), service), service);
}

async function rotate(request: Request, service: Running): Promise<Reply> {
  const asked = parse(keyRotationSchema, request.hasBody ? request.json(maxBodyBytes) : {});
  // The new key is shown to who asks for it.
  refuseWiderKey(request.principal, (await keyById(idOf(request), service)).collections);
  return shownOnce(await rotateKey(idOf(request), rotationOf(asked), makerOf(request), service), service);
}

async function revoke(request: Request, service: Running): Promise<Reply> {
  const key = await revokeKey(idOf(request), { actor: request.principal.name }, service);
  return jsonReply(keyAnswer(key, service.clock.now()));
}

/** Rule ACCESS-20: no later answer has the key, and no cache keeps this one. */
const shownOnce = ({ text, stored }: MadeKey, { clock }: Running): Reply =>
  jsonReply({ ...keyAnswer(stored, clock.now()), key: text }, 201, { location: `/v1/keys/${stored.id}` });

const makerOf = ({ principal }: Request): KeyMaker => ({
  actor: principal.name,
  random: () => randomBytes(keyRandomBytes),
});

const idOf = ({ parameters }: Request): string => parameters.id ?? '';

/** Makes, replaces or revokes an API key for an operator. */
export const handler = http((request, service) => {
  if (request.method === 'DELETE') return revoke(request, service);
  return request.route.endsWith('/rotate') ? rotate(request, service) : create(request, service);
});
