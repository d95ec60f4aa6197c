import { useEffect, useState } from 'preact/hooks';

/**
 * A credential in the memory of the page alone. It is forgotten when the page is left: the browser may keep the whole page, and show it
 * again to the next person who goes back.
 */
export function useCredential(): readonly [string, (credential: string) => void] {
  const [credential, setCredential] = useState('');
  useEffect(() => {
    const forget = (): void => setCredential('');
    addEventListener('pagehide', forget);
    return () => removeEventListener('pagehide', forget);
  }, []);
  return [credential, setCredential];
}
