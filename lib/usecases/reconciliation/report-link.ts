import { createHash } from 'node:crypto';
import { LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import { reportById } from './read-report.ts';
import type { ReconciliationReport } from './report.ts';

/** How many bytes of a link's token nothing can foresee. */
export const linkTokenBytes = 32;
const goodForMs = 60_000;

/** Rule ACCESS-29: a token that opens the report of a run within a minute, once, without a credential. Throws `not_found`: there is no such run. */
export async function makeReportLink(
  run: string,
  random: () => Uint8Array,
  { reconciliations, progress, clock }: Pick<Service, 'reconciliations' | 'progress' | 'clock'>,
): Promise<{ readonly token: string; readonly expiresAt: string }> {
  if ((await reconciliations.get(run)) === undefined) throw new LookupError('not_found', 'there is no such run');
  const token = Buffer.from(random()).toString('base64url');
  const until = clock.now() + goodForMs;
  await progress.keepReportLink({ digest: digestOfToken(token), run, until });
  return { token, expiresAt: new Date(until).toISOString() };
}

/** The report, once. Throws `not_found` for a link that never was, was opened or has ended: one text for all. */
export async function openReportLink(
  { run, token, requestId }: { readonly run: string; readonly token: string; readonly requestId: string },
  service: Pick<Service, 'reconciliations' | 'progress' | 'clock'>,
): Promise<ReconciliationReport> {
  const { progress, clock } = service;
  const opening = { digest: digestOfToken(token), run, openedBy: requestId, now: clock.now() };
  if (await progress.openReportLink(opening)) return reportById(run, service);
  throw new LookupError('not_found', 'the link is not good: it opens the report once, within a minute of being made');
}

const digestOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');
