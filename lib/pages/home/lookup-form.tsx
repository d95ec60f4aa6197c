import { useState } from 'preact/hooks';
import { CredentialField } from '../credential-field.tsx';
import { type ApiAnswer, sendHere } from '../send-here.ts';
import { LookupAnswer } from './lookup-answer.tsx';
import { kindOf, type LookupKind, type LookupTarget, operationOf, pathOf } from './lookup-target.ts';

interface Looked {
  readonly target: LookupTarget;
  readonly answer: ApiAnswer;
}

/** An id, and what the service answers to it. */
export function LookupForm({
  samples,
  credential,
  onCredential,
}: {
  readonly samples: readonly LookupTarget[];
  readonly credential: string;
  readonly onCredential: (credential: string) => void;
}) {
  const [id, setId] = useState('');
  const [chosen, setChosen] = useState<LookupKind>();
  const [looked, setLooked] = useState<Looked>();
  const [notice, setNotice] = useState('');
  const kind = chosen ?? kindOf(id);
  const look = async (target: LookupTarget, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
    setId(target.id);
    setChosen(target.kind);
    setNotice('Asking …');
    try {
      const answer = await sendHere({ method: 'GET', path: pathOf(target), headers }, credential);
      setLooked({ target, answer });
      setNotice('');
    } catch {
      setLooked(undefined);
      setNotice('No answer: the service cannot be reached.');
    }
  };
  return (
    <section aria-label="Look something up">
      <h2>Look something up</h2>
      <form
        class="lookup"
        onSubmit={(event) => {
          event.preventDefault();
          void look({ kind, id: id.trim() });
        }}
      >
        <label class="field">
          <span>Id</span>
          <input
            required
            spellcheck={false}
            autocomplete="off"
            placeholder={samples[0]?.id ?? 'collection:token, account, transaction'}
            value={id}
            onInput={(event) => {
              setId(event.currentTarget.value);
              setChosen(undefined);
            }}
          />
        </label>
        <label class="field kind">
          <span>Kind</span>
          <select value={kind} onChange={(event) => setChosen(event.currentTarget.value as LookupKind)}>
            {Object.keys(operationOf).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <button type="submit">Look up</button>
      </form>
      {samples.length > 0 && (
        <p class="samples">
          Of this deployment:{' '}
          {samples.map((sample) => (
            <button key={sample.kind} type="button" onClick={() => look(sample)}>
              {sample.kind} <code>{short(sample.id)}</code>
            </button>
          ))}
        </p>
      )}
      <details open={looked?.answer.status === 401}>
        <summary>With a credential</summary>
        <CredentialField
          credential={credential}
          onChange={onCredential}
          hint="stays in the memory of this page; a deployment may want one of every caller"
        />
      </details>
      <p role="status">{notice}</p>
      {looked !== undefined && (
        <LookupAnswer
          target={looked.target}
          answer={looked.answer}
          onAskChain={() => look(looked.target, { 'cache-control': 'no-cache' })}
        />
      )}
    </section>
  );
}

const short = (id: string): string => (id.length > 28 ? `${id.slice(0, 22)}…${id.slice(-4)}` : id);
