import { writeJson } from '../../../client/exact-json.ts';
import type { LookupClient } from '../../../client/index.ts';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { useDeed } from '../use-deed.ts';

interface Span {
  readonly from: string;
  readonly until: string;
}

/** The whole span as a file: all pages, read one after the other. */
export function AuditDownload({ from, until }: Span) {
  const deed = useDeed();
  const save = (type: 'csv' | 'json') =>
    deed.run(async (client) => {
      const text = type === 'csv' ? await csvOf(client, { from, until }) : await jsonOf(client, { from, until });
      const name = `audit-${from}-${until}.${type}`;
      saveFile(name, text, type === 'csv' ? 'text/csv' : 'application/json');
      return `Saved as ${name}.`;
    });
  return (
    <>
      <p class="buttons">
        <button type="button" aria-disabled={deed.isBusy} onClick={() => void save('csv')}>
          Download all as CSV
        </button>
        <button type="button" aria-disabled={deed.isBusy} onClick={() => void save('json')}>
          Download all as JSON
        </button>
      </p>
      <DeedOutcome of={deed} />
    </>
  );
}

async function csvOf(client: LookupClient, span: Span): Promise<string> {
  let text = '';
  // Each page begins with the names of the columns.
  for await (const page of client.pages.getAuditReport({ ...span, format: 'csv' }))
    text += text === '' ? page : page.slice(page.indexOf('\r\n') + 2);
  return text;
}

/** A list of all pages as the service gives them, so that the file alone can be checked (examples/check-audit.mjs). */
async function jsonOf(client: LookupClient, span: Span): Promise<string> {
  const pages: unknown[] = [];
  for await (const page of client.pages.getAuditReport(span)) pages.push(page);
  return writeJson(pages);
}

function saveFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
