import { useState } from 'preact/hooks';
import { AnswerLine } from '../answer-line.tsx';
import { Code, JsonText } from '../json-text.tsx';
import type { ApiParameter, ListedOperation } from '../open-api.ts';
import { type ApiAnswer, curlOf, sendHere } from '../send-here.ts';
import { answersAnyone } from './schema-words.ts';
import { fieldKey, firstFields, requestOf } from './try-request.ts';

/** A form of the parameters; it sends to the host of this page, and shows what came back. */
export function TryIt({ operation, credential }: { readonly operation: ListedOperation; readonly credential: string }) {
  const { operationId, parameters = [], requestBody } = operation;
  const [fields, setFields] = useState(() => firstFields(operation));
  const [outcome, setOutcome] = useState<ApiAnswer | string>();
  const request = requestOf(operation, fields);
  const change = (key: string, value: string): void => setFields({ ...fields, [key]: value });
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setOutcome('Asking …');
    setOutcome(await sendHere(request, credential).catch((error: Error) => `No answer: ${error.message}`));
  };
  return (
    <form class="try" onSubmit={send}>
      <div class="fields">
        {parameters.map((parameter) => (
          <Field
            key={fieldKey(parameter)}
            id={`${operationId}-${fieldKey(parameter)}`}
            parameter={parameter}
            value={fields[fieldKey(parameter)] ?? ''}
            onChange={(value) => change(fieldKey(parameter), value)}
          />
        ))}
      </div>
      {requestBody !== undefined && (
        <label class="field">
          <span>Body</span>
          <textarea
            rows={8}
            spellcheck={false}
            required={requestBody.required}
            value={fields.body ?? ''}
            onInput={(event) => change('body', event.currentTarget.value)}
          />
        </label>
      )}
      <Code
        text={curlOf(request, location.origin, credential !== '' || !answersAnyone(operation))}
        label={`The same call of ${operationId} with curl`}
      />
      <button type="submit">Send</button>
      <p role="status">
        {typeof outcome === 'object' ? <AnswerLine status={outcome.status} tookMs={outcome.tookMs} /> : outcome}
      </p>
      {typeof outcome === 'object' && <Outcome answer={outcome} operationId={operationId} />}
    </form>
  );
}

function Field({
  id,
  parameter,
  value,
  onChange,
}: {
  readonly id: string;
  readonly parameter: ApiParameter;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { name, in: place, required, schema, example } = parameter;
  return (
    <div class="field">
      <label for={id}>
        {name}{' '}
        <span class="quiet">
          {place}
          {required ? ', required' : ''}
        </span>
      </label>
      {schema.enum === undefined ? (
        <input
          id={id}
          required={required}
          spellcheck={false}
          autocomplete="off"
          placeholder={example === undefined ? undefined : String(example)}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <select id={id} required={required} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">left out</option>
          {schema.enum.map((one) => (
            <option key={String(one)}>{String(one)}</option>
          ))}
        </select>
      )}
    </div>
  );
}

/** The headers that say something about the answer. */
const shownHeaders =
  /^(?:age|allow|cache-control|cache-status|casper-block-height|content-type|etag|idempotent-replayed|link|location|ratelimit.*|retry-after|vary|www-authenticate)$/;

function Outcome({ answer, operationId }: { readonly answer: ApiAnswer; readonly operationId: string }) {
  const { headers, text } = answer;
  return (
    <>
      <dl class="headers">
        {[...headers]
          .filter(([name]) => shownHeaders.test(name))
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {text === '' ? <p>No body.</p> : <JsonText text={text} label={`Answer to ${operationId}`} />}
    </>
  );
}
