import { useState } from 'preact/hooks';

/** The way through the pages of a list: the cursor of the page that is shown, and the buttons. */
export function usePages() {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const pager = (next: string | null | undefined) =>
    cursor === undefined && next == null ? null : (
      <p class="buttons">
        <button type="button" aria-disabled={cursor === undefined} onClick={() => setCursors(cursors.slice(0, -1))}>
          Previous page
        </button>
        <button
          type="button"
          aria-disabled={next == null}
          onClick={() => next != null && setCursors([...cursors, next])}
        >
          Next page
        </button>
        <span role="status">Page {cursors.length + 1}</span>
      </p>
    );
  return { query: cursor === undefined ? {} : { cursor }, page: cursors.length, begin: () => setCursors([]), pager };
}
