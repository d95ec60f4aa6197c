import { useEffect, useRef, useState } from 'preact/hooks';
import { CopyButton } from '../../copy-button.tsx';

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
  useEffect(() => {
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
        <CopyButton text={secret} label={`the ${what}`} />
        <button type="button" onClick={hide}>
          Hide it for good
        </button>
      </p>
    </section>
  );
}
