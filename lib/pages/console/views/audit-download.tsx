import { csvPart } from '../../../client/csv-part.ts';
import { writeJson } from '../../../client/exact-json.ts';
import type { LookupClient } from '../../../client/index.ts';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { useDeed } from '../use-deed.ts';

interface Span {
  readonly from: string;
  readonly until: string;
}

const kinds = {
  csv: { type: 'text/csv', label: 'Download all as CSV' },
  json: { type: 'application/json', label: 'Download all as JSON' },
  html: { type: 'text/html', label: 'Download to print (HTML)' },
} as const;

type FileKind = keyof typeof kinds;

/** The whole span as a file: all pages, read one after the other. Pages to print are a file each. */
export function AuditDownload({ from, until }: Span) {
  const deed = useDeed();
  const save = (kind: FileKind) =>
    deed.run(async (client) => {
      const texts = await textsOf(client, { from, until }, kind);
      const names = texts.map((_, at) => `audit-${from}-${until}${texts.length === 1 ? '' : `-${at + 1}`}.${kind}`);
      for (const [at, text] of texts.entries()) saveFile(names[at] ?? '', text, kinds[kind].type);
      return `Saved as ${names.join(', ')}.`;
    });
  return (
    <>
      <p class="buttons">
        {(Object.keys(kinds) as FileKind[]).map((kind) => (
          <button key={kind} type="button" aria-disabled={deed.isBusy} onClick={() => void save(kind)}>
            {kinds[kind].label}
          </button>
        ))}
      </p>
      <DeedOutcome of={deed} />
    </>
  );
}

/** A text for each file. */
async function textsOf(client: LookupClient, span: Span, kind: FileKind): Promise<readonly string[]> {
  if (kind === 'json') return [await jsonOf(client, span)];
  const pages: string[] = [];
  for await (const page of client.pages.getAuditReport({ ...span, format: kind })) pages.push(page);
  if (kind === 'html') return pages;
  return [pages.map((page, at) => csvPart(page, at === 0)).join('')];
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
