import { useMemo, useRef, useState } from 'preact/hooks';
import { Help } from './parts/help.tsx';
import { useSession } from './session.ts';
import { type Shortcuts, useShortcuts } from './shortcuts.ts';
import { AgainContext } from './use-polled.ts';
import { hrefOf, useRoute } from './use-route.ts';
import { views } from './views.ts';

/** What is around every view: the way past it, the views, who is signed in, and the keys. */
export function Shell({ onSignOut }: { readonly onSignOut: () => void }) {
  const { principal, isOperator } = useSession();
  const place = useRoute();
  const [again, setAgain] = useState(0);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [hasShortcuts, setHasShortcuts] = useState(true);
  const content = useRef<HTMLElement>(null);
  const view = views.find(({ id }) => id === place.view) ?? views[0];
  const shortcuts = useMemo(
    (): Shortcuts => ({
      ...Object.fromEntries(views.map(({ id, key }) => [key, () => open(id)])),
      '/': () => open('records'),
      r: () => setAgain((times) => times + 1),
      '?': () => setHelpOpen(true),
    }),
    [],
  );
  useShortcuts(shortcuts, hasShortcuts);
  const Component = view.component;
  return (
    <AgainContext.Provider value={again}>
      {/* biome-ignore lint/a11y/useValidAnchor: the fragment of the URL is the place in the console */}
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          content.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="bar">
        <a class="name" href="/">
          Astake Lookup
        </a>
        <span class="who">
          {principal.name} <span class="quiet">({isOperator ? 'operator' : 'auditor: reads only'})</span>
        </span>
        <nav class="links" aria-label="Pages">
          <a href="/">Home</a>
          <a href="/docs">Reference</a>
        </nav>
        <span class="buttons">
          <button type="button" onClick={() => setAgain((times) => times + 1)}>
            Refresh
          </button>
          <button type="button" onClick={() => setHelpOpen(true)}>
            Shortcuts
          </button>
          <button type="button" onClick={onSignOut}>
            Sign out
          </button>
        </span>
      </header>
      <div class="frame">
        <nav aria-label="Views">
          <ul>
            {views.map(({ id, title, key }) => (
              <li key={id}>
                <a
                  href={hrefOf(id)}
                  aria-current={id === view.id ? 'page' : undefined}
                  aria-keyshortcuts={hasShortcuts ? key : undefined}
                >
                  {title}
                  {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: it takes no focus, and aria-keyshortcuts says it */}
                  <kbd aria-hidden="true">{key}</kbd>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <main id="content" ref={content} tabIndex={-1}>
          <Component key={[view.id, ...place.parts].join('/')} parts={place.parts} />
        </main>
      </div>
      {isHelpOpen && (
        <Help keys={keys} hasShortcuts={hasShortcuts} onToggle={setHasShortcuts} onClose={() => setHelpOpen(false)} />
      )}
    </AgainContext.Provider>
  );
}

const keys = [
  ...views.map(({ key, title }) => [key, title] as const),
  ['/', 'Search a record'],
  ['r', 'Refresh now'],
  ['?', 'Show the shortcuts'],
] as const;

function open(view: string): void {
  location.hash = hrefOf(view);
}
