import assert from 'node:assert/strict';
import { ask } from './ask.ts';
import type { Server } from './server.ts';
import { root, signed } from './signed.ts';

const versions = { iam: '2010-05-08', sts: '2011-06-15', cloudformation: '2010-05-15' } as const;

/** A call of a service that the project has no client of, as the server's root. Resolves with the members of the answer. */
export async function callQuery(
  server: Pick<Server, 'port' | 'certificate'>,
  service: keyof typeof versions,
  Action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<(member: string) => string[]> {
  const host = `${service}.amazonaws.com`;
  const asked = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action, Version: versions[service], ...parameters }).toString(),
  };
  const answer = await ask(server, host, '/', await signed('/', asked, { service, host, credentials: root }));
  assert.equal(answer.status, 200, `${Action}: ${answer.body}`);
  return (member) =>
    [...answer.body.matchAll(new RegExp(`<${member}>([^<]*)</${member}>`, 'g'))].map(([, value]) => value);
}
