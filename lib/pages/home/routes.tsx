import { groupsOf, type OpenApiDocument } from '../open-api.ts';

/** Every route by its subject, with a link to its place in the reference. */
export function Routes({ api }: { readonly api: OpenApiDocument }) {
  return (
    <>
      {groupsOf(api).map(({ name, description, operations }, index) => (
        <details key={name} class="group" open={index === 0}>
          <summary>
            <strong>{name}</strong> <span class="quiet">{operations.length}</span> {description}
          </summary>
          <ul class="routes">
            {operations.map(({ operationId, method, path, summary }) => (
              <li key={operationId}>
                <a href={`/docs#${operationId}`}>
                  <span class={`method ${method.toLowerCase()}`}>{method}</span> <code>{path}</code>
                </a>
                <span>{summary}</span>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}
