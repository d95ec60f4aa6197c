import { useEffect, useRef, useState } from 'preact/hooks';

/** A secret that the service shows this once: it is gone with the view. */
export function useShownOnce() {
  const [secret, setSecret] = useState<string>();
  return { secret, show: setSecret, hide: () => setSecret(undefined) };
}

interface ShownOnceProps {
  readonly what: string;
  readonly of: ReturnType<typeof useShownOnce>;
}

export function ShownOnce({ what, of: { secret, hide } }: ShownOnceProps) {
  const place = useRef<HTMLDivElement>(null);
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    setCopied(false);
    if (secret !== undefined) place.current?.focus();
  }, [secret]);
  if (secret === undefined) return null;
  return (
    <section class="verdict warn" tabIndex={-1} ref={place} aria-label={`The new ${what}`}>
      <h2>The new {what}, shown this once</h2>
      <p>
        <code class="value">{secret}</code>
      </p>
      <p class="buttons">
        <button type="button" onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}>
          Copy
        </button>
        <button type="button" onClick={hide}>
          Hide it for good
        </button>
        <span role="status">{isCopied ? 'Copied.' : ''}</span>
      </p>
    </section>
  );
}
