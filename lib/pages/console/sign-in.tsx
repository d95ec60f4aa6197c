import { useEffect, useRef, useState } from 'preact/hooks';
import type { ClientError } from '../../client/index.ts';
import { IamNotice } from './iam-notice.tsx';
import { Failure } from './parts/failure.tsx';
import { openSession, type Session, usesIam } from './session.ts';

interface SignInProps {
  /** Why the last session ended; undefined: there was none. */
  readonly ended: ClientError | undefined;
  readonly onOpen: (session: Session) => void;
  readonly onEnd: (reason: ClientError) => void;
}

/** Asks for a credential. It is sent in a header with each request, and kept nowhere. */
export function SignIn({ ended, onOpen, onEnd }: SignInProps) {
  const [credential, setCredential] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ClientError>();
  const field = useRef<HTMLInputElement>(null);
  const [isIam, setIam] = useState(false);
  useEffect(() => {
    field.current?.focus();
    void usesIam().then(setIam);
  }, []);
  const signIn = async (): Promise<void> => {
    setBusy(true);
    setRefused(undefined);
    try {
      onOpen(await openSession(credential.trim(), onEnd));
    } catch (error) {
      setBusy(false);
      setRefused(error as ClientError);
      field.current?.focus();
    }
  };
  if (isIam)
    return (
      <main class="sign-in">
        <h1>Console of {location.host}</h1>
        <IamNotice />
        <OtherPages />
      </main>
    );
  return (
    <main class="sign-in">
      <h1>Console of {location.host}</h1>
      {ended !== undefined && (
        <p role="status">The session has ended. Sign in to go on where you were: {ended.message}</p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void signIn();
        }}
      >
        <label for="credential">API key or token</label>
        <input
          id="credential"
          ref={field}
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={credential}
          aria-describedby="credential-note"
          onInput={(event) => setCredential(event.currentTarget.value)}
        />
        <p id="credential-note" class="quiet">
          It needs the role operator, or auditor for reading alone. It stays in the memory of this page: a reload or a
          closed tab forgets it. A local run prints a key when it starts; elsewhere an operator makes one, here or with{' '}
          <code>astake-lookup keys create</code>.
        </p>
        <button type="submit" aria-disabled={isBusy}>
          {isBusy ? 'Signing in …' : 'Sign in'}
        </button>
        <Failure of={refused} />
      </form>
      <OtherPages />
    </main>
  );
}

const OtherPages = () => (
  <p class="links">
    <a href="/">Home</a>
    <a href="/docs">Reference</a>
  </p>
);
