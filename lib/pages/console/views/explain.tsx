import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure } from '../parts/failure.tsx';
import { Heading } from '../parts/heading.tsx';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import type { ViewProps } from '../view.ts';
import { ExplanationView } from './explanation.tsx';

/** What is kept of a request does not change any more. */
const hourMs = 3_600_000;

/** Why one request was answered as it was: `#/explain/<id of the request>`. */
export function ExplainView({ parts: [requestId = ''] }: ViewProps) {
  const [typed, setTyped] = useState(requestId);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <>
      <Heading title="Explain" />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          location.hash = hrefOf('explain', typed.trim());
        }}
      >
        <p class="field">
          <label for="request">Id of a request</label>
          <input
            id="request"
            ref={field}
            type="search"
            autocomplete="off"
            spellcheck={false}
            aria-describedby="request-hint"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <span id="request-hint" class="quiet">
            It is the <code>requestId</code> of an error, or in <code>meta</code> of an answer. For a day are kept
            requests that failed, those with a stale answer, and some of the others.
          </span>
        </p>
        <button type="submit">Explain</button>
      </form>
      {requestId !== '' && <Found requestId={requestId} />}
    </>
  );
}

function Found({ requestId }: { readonly requestId: string }) {
  const found = usePolled(requestId, hourMs, (client, signal) => client.getExplanation({ requestId }, { signal }));
  const { value, error } = found;
  return (
    <>
      <p role="status" class="empty">
        {value === undefined && error === undefined ? 'Asking the service …' : ''}
      </p>
      {value === undefined ? <Failure of={error} /> : <ExplanationView of={value} />}
    </>
  );
}
