import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SecretsManager {
  /** By name or ARN. Any other secret cannot be read. */
  readonly secrets: Map<string, string>;
  /** Every requested id, with the region for which the request was signed. */
  readonly reads: { readonly id: string; readonly region: string | undefined }[];
  close(): Promise<void>;
}

/** A local server for GetSecretValue. This process's SDK finds it by an environment variable. */
export async function startSecretsManager(): Promise<SecretsManager> {
  const secrets = new Map<string, string>();
  const reads: SecretsManager['reads'] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { SecretId: id } = JSON.parse(body) as { SecretId: string };
    const known = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue' ? secrets.get(id) : undefined;
    reads.push({ id, region: /Credential=[^/]+\/\d+\/([^/]+)/.exec(request.headers.authorization ?? '')?.[1] });
    response.writeHead(known === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        known === undefined
          ? { __type: 'ResourceNotFoundException', Message: `Secrets Manager cannot find ${id}.` }
          : { ARN: id, Name: id, SecretString: known },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  return {
    secrets,
    reads,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
