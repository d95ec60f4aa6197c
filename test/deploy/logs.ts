import { ask } from './ask.ts';
import type { Server } from './server.ts';
import { root, signed } from './signed.ts';

const host = 'logs.us-east-1.amazonaws.com';

/** The last lines that functions have logged since then as warnings or errors, by the function's name. */
export async function lastComplaints(
  server: Pick<Server, 'port' | 'certificate'>,
  functionNames: readonly string[],
  since: number,
): Promise<string[]> {
  const found = await Promise.all(
    functionNames.map(async (name) => {
      const asked = {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Logs_20140328.FilterLogEvents' },
        body: JSON.stringify({ logGroupName: `/aws/lambda/${name}`, startTime: since }),
      };
      const answer = await ask(
        server,
        host,
        '/',
        await signed('/', asked, { service: 'logs', host, credentials: root }),
      );
      const events: { timestamp: number; message: string }[] = answer.body.events ?? [];
      return events.map((event) => ({ ...event, name }));
    }),
  );
  return found
    .flat()
    .filter(({ message }) => /"level":"(WARN|ERROR|CRITICAL)"|^\s*\w*Error/.test(message))
    .sort((a, b) => a.timestamp - b.timestamp)
    .slice(-5)
    .map(({ name, message }) => `${name}: ${message.trim().slice(0, 600)}`);
}
