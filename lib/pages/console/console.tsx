import { useState } from 'preact/hooks';
import { useLatest } from '../use-latest.ts';

/** The credential stays in this variable: it is gone when the page is closed. */
export function Console() {
  const [key, setKey] = useState<string>();
  return key === undefined ? <SignIn onKey={setKey} /> : <Overview credential={key} />;
}

function SignIn({ onKey }: { readonly onKey: (key: string) => void }) {
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onKey(text.trim());
      }}
    >
      <h1>Console</h1>
      <label>
        API key or token <input type="password" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>{' '}
      <button type="submit">Sign in</button>
    </form>
  );
}

interface Health {
  readonly status: string;
  readonly components: Readonly<
    Record<string, { readonly status: string; readonly reasons: readonly { detail: string; action: string }[] }>
  >;
}

function Overview({ credential }: { readonly credential: string }) {
  const health = useLatest<Health>('/v1/health', 5_000, { authorization: `Bearer ${credential}` });
  if (health === undefined) return <p role="status">Asking the service …</p>;
  return (
    <>
      <h1>Console</h1>
      <p role="status">{health.status}</p>
      <ul>
        {Object.entries(health.components ?? {}).flatMap(([name, { reasons }]) =>
          reasons.map(({ detail, action }) => (
            <li key={`${name} ${detail}`}>
              <strong>{name}</strong>: {detail} {action}
            </li>
          )),
        )}
      </ul>
    </>
  );
}
