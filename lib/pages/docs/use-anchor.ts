import { useEffect, useState } from 'preact/hooks';

/** The operation that the address names. `visit` grows each time that one goes there, also to the same one again. */
export interface Anchor {
  readonly id: string;
  readonly visit: number;
}

export function useAnchor(): Anchor {
  const [anchor, setAnchor] = useState<Anchor>({ id: location.hash.slice(1), visit: 1 });
  useEffect(() => {
    const go = (): void => setAnchor(({ visit }) => ({ id: location.hash.slice(1), visit: visit + 1 }));
    const again = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
      // No hashchange follows when the address stays the same.
      if (link !== null && link.getAttribute('href') === location.hash) go();
    };
    addEventListener('hashchange', go);
    document.addEventListener('click', again);
    return () => {
      removeEventListener('hashchange', go);
      document.removeEventListener('click', again);
    };
  }, []);
  return anchor;
}
