import { useState } from 'preact/hooks';
import { JsonText } from '../json-text.tsx';
import { MarkedText } from '../marked-text.tsx';
import type { ApiBody, ApiOperation, ApiResponse, OpenApiDocument } from '../open-api.ts';
import { Schema } from './schema.tsx';
import { schemaName } from './schema-words.ts';

type Components = OpenApiDocument['components'];

/** The answers of an operation, by status. */
export function Responses({
  operationId,
  responses,
  components,
}: {
  readonly operationId: string;
  readonly responses: ApiOperation['responses'];
  readonly components: Components;
}) {
  return (
    <>
      {Object.entries(responses).map(([status, response]) => {
        const { $ref } = response;
        const whole = $ref === undefined ? response : components.responses[schemaName($ref)];
        if (whole === undefined) return undefined;
        return (
          <Response
            key={status}
            status={status}
            response={whole}
            components={components}
            label={`Example of ${operationId}, ${status}`}
          />
        );
      })}
    </>
  );
}

function Response({
  status,
  response,
  components,
  label,
}: {
  readonly status: string;
  readonly response: ApiResponse;
  readonly components: Components;
  readonly label: string;
}) {
  const [isOpen, setOpen] = useState(false);
  const headers = Object.entries(response.headers ?? {});
  return (
    <details class="response" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <strong class={`status s${status[0]}`}>{status}</strong> <MarkedText text={response.description} />
      </summary>
      {isOpen && (
        <div class="details">
          {headers.length > 0 && (
            <ul class="members">
              {headers.map(([name, { $ref, description }]) => (
                <li key={name}>
                  <div>
                    <code class="name">{name}</code> <span class="quiet">header</span>
                  </div>
                  <div>
                    <MarkedText
                      text={description ?? ($ref && components.headers[schemaName($ref)]?.description) ?? ''}
                    />
                  </div>
                </li>
              ))}
            </ul>
          )}
          <Body body={response} components={components} label={label} />
        </div>
      )}
    </details>
  );
}

/** Schema and example of a body, for each of its types. */
export function Body({
  body,
  components,
  label,
}: {
  readonly body: ApiBody;
  readonly components: Components;
  readonly label: string;
}) {
  return (
    <>
      {Object.entries(body.content ?? {}).map(([type, { schema, example }]) => (
        <div key={type}>
          <p class="quiet">
            <code>{type}</code>
          </p>
          {schema !== undefined && <Schema schema={schema} schemas={components.schemas} />}
          {example !== undefined && (
            <JsonText text={typeof example === 'string' ? example : JSON.stringify(example)} label={label} />
          )}
        </div>
      ))}
    </>
  );
}
