import { useState } from 'preact/hooks';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { momentText } from '../parts/time-text.ts';
import { useDeed } from '../use-deed.ts';

/** The report as a page of its own, to print or keep. The browser opens it by a link that is good once, since it sends no credential there. */
export function OpenReport({ run }: { readonly run: string }) {
  const deed = useDeed();
  const [link, setLink] = useState<{ readonly url: string; readonly expiresAt: string }>();
  const make = async (): Promise<void> => {
    // A tab that is opened later, without a click, would be refused by the browser.
    const tab = window.open('about:blank', '_blank');
    if (tab !== null) tab.opener = null;
    setLink(undefined);
    const isDone = await deed.run(async (client) => {
      const made = await client.linkReconciliation({ id: run });
      if (tab === null) setLink(made);
      else tab.location.replace(made.url);
      return tab === null ? '' : 'The report opens in another tab.';
    });
    if (!isDone) tab?.close();
  };
  return (
    <>
      <p class="buttons">
        <button type="button" aria-disabled={deed.isBusy} onClick={() => void make()}>
          Open the report as a page
        </button>
      </p>
      <p role="status" class={link === undefined ? 'empty' : undefined}>
        {link !== undefined && (
          <>
            The browser refused a new tab:{' '}
            <a href={link.url} target="_blank" rel="noopener" onClick={() => setLink(undefined)}>
              open the report
            </a>
            . The link is good once, until {momentText(link.expiresAt)}.
          </>
        )}
      </p>
      <DeedOutcome of={deed} />
    </>
  );
}
