import assert from 'node:assert/strict';
import type { Environment } from '../../infra/environments.ts';
import { iamRolesFor, methodsOf, routes } from '../../infra/manifest.ts';
import type { Assembly } from './cdk.ts';
import { serviceOf } from './deployed-service.ts';
import { iamOf } from './iam.ts';
import type { Server } from './server.ts';
import { type Credentials, root } from './signed.ts';

interface ByIam {
  readonly server: Server;
  /** Of the environment, with `ASTAKE_OPERATOR_AUTH=iam`. */
  readonly assembly: Assembly;
  readonly environment: Environment;
  /** The headers of an operator's key. */
  readonly operator: Readonly<Record<string, string>>;
}

/**
 * Rule ACCESS-27: deployed with `ASTAKE_OPERATOR_AUTH=iam`, the routes of operators and auditors take requests that are signed
 * by principals whom the policies in the outputs let in, and nothing else.
 */
export async function operatorsByIam({ server, assembly, environment, operator }: ByIam): Promise<void> {
  const service = serviceOf(server, (await assembly.deploy()).outputs, environment);
  const iam = iamOf(server);
  const made: [name: string, policy: string][] = [];
  const roleWith = async (name: string, output: string) => {
    const policy = service.output('api', output);
    made.push([name, policy]);
    return iam.principalWith(name, policy);
  };
  const statusOf = async (credentials: Credentials, method: string, path: string, body?: unknown) =>
    (await service.askSigned(path, credentials, { method, body })).status;
  try {
    for (const [method, path] of guarded(() => true))
      assert.equal((await service.ask(path, { method })).status, 403, `${method} ${path}, unsigned`);
    // AWS answers 403 itself. This server hands on what is not signed but has a credential, and the function refuses it.
    const { body } = await service.ask('/v1/sync', { headers: operator });
    assert.ok(body.code === 'internal_error' || body.message === 'Forbidden', JSON.stringify(body));
    const acts = await roleWith('check-operator', 'OperatorPolicyArn');
    const reads = await roleWith('check-auditor', 'AuditorPolicyArn');
    for (const credentials of [root, acts, reads]) assert.equal(await statusOf(credentials, 'GET', '/v1/sync'), 200);
    for (const [method, path] of guarded((roles) => !roles.includes('auditor')))
      assert.equal(await statusOf(reads, method, path), 403, `${method} ${path}, as auditor`);
    // The first key, as docs/operations.md has it made.
    assert.equal(await statusOf(acts, 'POST', '/v1/keys', { name: 'first', roles: ['operator'] }), 201);
  } finally {
    for (const [name, policy] of made) await iam.removePrincipal(name, policy);
    service.close();
  }
}

/** Method and path of the routes that are guarded by IAM. */
const guarded = (chosen: (roles: readonly string[]) => boolean): [method: string, path: string][] =>
  routes
    .filter(({ audience }) => iamRolesFor(audience).length > 0 && chosen(iamRolesFor(audience)))
    .flatMap((route) =>
      methodsOf(route).map((method): [string, string] => [method, route.path.replaceAll(/\{\w+\}/g, '0')]),
    );
