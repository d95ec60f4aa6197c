import * as z from 'zod/mini';
import { roles } from '../../domain/principal.ts';
import { component } from './described.ts';
import { hash, listOf, oneOf, orNull, string } from './fields.ts';
import { always, guarded, type Operation } from './operation.ts';

const roleNames = roles as readonly ['reader', 'writer', 'operator', 'auditor'];

const principalSchema = component(
  'Principal',
  'Who calls, as the service has authenticated it',
  z.strictObject({
    name: string(
      'The actor in audit trails, decisions and runs: `key:<id>`, `jwt:<issuer>:<subject>`, or the ARN of an IAM principal',
    ),
    kind: oneOf(['key', 'jwt', 'iam', 'local'], 'What the credential is; `local`: the key that a local run prints'),
    roles: listOf(
      oneOf(roleNames, 'A role'),
      'The roles of the credential. `operator` includes `auditor` and `reader`; `auditor` and `writer` include `reader`',
    ),
    collections: orNull(z.array(hash('A package hash')), 'The only collections that it may use; null: all'),
    application: orNull(z.string(), 'The application whose own data it reads and writes; null: none'),
  }),
);

export const principalOperations: readonly Operation[] = [
  {
    operationId: 'getPrincipal',
    method: 'GET',
    path: '/v1/principal',
    audience: 'auditor',
    function: 'get-principal',
    tag: 'Status',
    summary: 'Get as whom one is known',
    description:
      'Returns the name of the caller in audit trails, and its roles. A page or a tool learns from it what it may offer.',
    responses: {
      200: { description: 'The caller.', schema: principalSchema },
      ...guarded,
      ...always,
    },
  },
];
