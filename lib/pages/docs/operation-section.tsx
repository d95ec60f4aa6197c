import { memo } from 'preact/compat';
import { useEffect, useRef, useState } from 'preact/hooks';
import { MarkedText } from '../marked-text.tsx';
import type { ApiParameter, ListedOperation, OpenApiDocument } from '../open-api.ts';
import { Body, Responses } from './responses.tsx';
import { callersInWords, typeInWords } from './schema-words.ts';
import { TryIt } from './try-it.tsx';
import type { Anchor } from './use-anchor.ts';

interface OperationProps {
  readonly operation: ListedOperation;
  readonly components: OpenApiDocument['components'];
  readonly credential: string;
  readonly anchor: Anchor;
}

/** One operation. What is in it is made when it is opened: the page stands at once, with however many operations. */
export const OperationSection = memo(
  ({ operation, components, credential, anchor }: OperationProps) => {
    const { operationId, method, path, summary } = operation;
    const [isOpen, setOpen] = useState(false);
    const element = useRef<HTMLElement>(null);
    useEffect(() => {
      if (anchor.id === operationId) setOpen(true);
    }, [anchor, operationId]);
    useEffect(() => {
      if (isOpen && anchor.id === operationId) element.current?.scrollIntoView();
    }, [isOpen, anchor, operationId]);
    return (
      <section class="operation" id={operationId} aria-label={operationId} ref={element}>
        <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            <h3>
              <span class={`method ${method.toLowerCase()}`}>{method}</span> <code>{path}</code>
            </h3>
            <span>{summary}</span>
          </summary>
          {isOpen && <Details operation={operation} components={components} credential={credential} />}
        </details>
      </section>
    );
  },
  (before, after) =>
    before.operation.operationId === after.operation.operationId &&
    before.credential === after.credential &&
    (before.anchor === after.anchor || ![before.anchor.id, after.anchor.id].includes(after.operation.operationId)),
);

function Details({ operation, components, credential }: Omit<OperationProps, 'anchor'>) {
  const { operationId, description, parameters = [], requestBody, responses, security } = operation;
  return (
    <div class="details">
      <MarkedText text={description} />
      <p>
        <strong>Callers:</strong> {callersInWords(security)} <strong>Client:</strong>{' '}
        <code>client.{operationId}(…)</code> <a href={`#${operationId}`}>Link to this operation</a>
      </p>
      {parameters.length > 0 && (
        <>
          <h4>Parameters</h4>
          <ul class="members">
            {parameters.map((parameter) => (
              <Parameter key={`${parameter.in} ${parameter.name}`} parameter={parameter} />
            ))}
          </ul>
        </>
      )}
      {requestBody !== undefined && (
        <>
          <h4>Body{requestBody.required ? '' : ', which may be left out'}</h4>
          <MarkedText text={requestBody.description} />
          <Body body={requestBody} components={components} label={`Example of a body of ${operationId}`} />
        </>
      )}
      <h4>Try it</h4>
      <TryIt operation={operation} credential={credential} />
      <h4>Answers</h4>
      <Responses operationId={operationId} responses={responses} components={components} />
    </div>
  );
}

function Parameter({ parameter }: { readonly parameter: ApiParameter }) {
  const { name, in: place, required, description, schema, example } = parameter;
  return (
    <li>
      <div>
        <code class="name">{name}</code>{' '}
        <span class="quiet">
          {place}
          {required ? ', required' : ''}
        </span>
        <br />
        <span class="type">{typeInWords(schema)}</span>
      </div>
      <div>
        <MarkedText text={description} />
        {example !== undefined && (
          <p class="quiet">
            Example: <code>{String(example)}</code>
          </p>
        )}
      </div>
    </li>
  );
}
