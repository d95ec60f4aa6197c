import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ClientError } from '../../client/index.ts';
import { type Session, SessionContext } from './session.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

/** The operator's console. The place in it is in the URL, and survives a session that ends; the credential does not. */
export function Console() {
  const [session, setSession] = useState<Session>();
  const [ended, setEnded] = useState<ClientError>();
  const end = useCallback((reason?: ClientError) => {
    setEnded(reason);
    setSession(undefined);
  }, []);
  // A browser may keep the page as it is and show it again to the next person who goes back to it.
  useEffect(() => {
    const leave = () => end();
    addEventListener('pagehide', leave);
    return () => removeEventListener('pagehide', leave);
  }, [end]);
  if (session === undefined) return <SignIn ended={ended} onOpen={setSession} onEnd={end} />;
  return (
    <SessionContext.Provider value={session}>
      <Shell onSignOut={() => end()} />
    </SessionContext.Provider>
  );
}
