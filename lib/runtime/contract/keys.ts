import { keyListSchema, keyRequestSchema, keyRotationSchema, keySchema, madeKeySchema } from './key-schemas.ts';
import { always, bodyRefused, guarded, noStore, type Operation, refused } from './operation.ts';
import { keyId, page } from './parameters.ts';

const tag = 'Keys';
const edited = { 409: refused('The stored row of the key was changed outside this service. It is not accepted.') };
const unknown = { 404: refused('No stored key has this id.') };
const made = { schema: madeKeySchema, headers: ['Location'] };

export const keyOperations: readonly Operation[] = [
  {
    operationId: 'createKey',
    method: 'POST',
    path: '/v1/keys',
    audience: 'operator',
    function: 'manage-keys',
    tag,
    summary: 'Make an API key',
    description:
      'Makes an API key with these roles. The answer shows the key, and nothing shows it again: the service stores its hash.',
    body: keyRequestSchema,
    responses: { 201: { description: 'The new key.', ...made }, ...bodyRefused, ...guarded, ...always, ...noStore },
  },
  {
    operationId: 'listKeys',
    method: 'GET',
    path: '/v1/keys',
    audience: 'auditor',
    function: 'list-keys',
    tag,
    summary: 'List API keys',
    description: 'Returns all keys, newest first, revoked and expired ones too. No key is shown, and no hash of one.',
    parameters: page,
    responses: { 200: { description: 'A page of keys.', schema: keyListSchema }, ...guarded, ...always, ...noStore },
  },
  {
    operationId: 'getKey',
    method: 'GET',
    path: '/v1/keys/{id}',
    audience: 'auditor',
    function: 'list-keys',
    tag,
    summary: 'Get one API key',
    description: 'Returns what is known of one key. The key itself is not shown.',
    parameters: [keyId],
    responses: {
      200: { description: 'The key.', schema: keySchema },
      ...guarded,
      ...unknown,
      ...edited,
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'revokeKey',
    method: 'DELETE',
    path: '/v1/keys/{id}',
    audience: 'operator',
    function: 'manage-keys',
    tag,
    summary: 'Revoke an API key',
    description:
      'Revokes a key for good. It is refused within a minute everywhere. A key that is revoked already stays as it is.',
    parameters: [keyId],
    responses: {
      200: { description: 'The revoked key.', schema: keySchema },
      ...guarded,
      ...unknown,
      ...edited,
      ...always,
      ...noStore,
    },
  },
  {
    operationId: 'rotateKey',
    method: 'POST',
    path: '/v1/keys/{id}/rotate',
    audience: 'operator',
    function: 'manage-keys',
    tag,
    summary: 'Replace an API key',
    description:
      'Makes a key with the settings of another one, which ends after the overlap. The answer shows the new key, and nothing shows it again.',
    parameters: [keyId],
    body: keyRotationSchema,
    mayLackBody: true,
    responses: {
      201: { description: 'The new key.', ...made },
      ...bodyRefused,
      ...guarded,
      ...unknown,
      409: refused(
        'The key is expired or revoked, was replaced already, or its stored row was changed outside this service.',
      ),
      ...always,
      ...noStore,
    },
  },
];
