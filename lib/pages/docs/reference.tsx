import { useEffect, useState } from 'preact/hooks';

interface Document {
  readonly info: { readonly title: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary: string }>>>>;
}

/** Every route of the OpenAPI document that this host serves. */
export function Reference() {
  const [api, setApi] = useState<Document>();
  useEffect(() => {
    void fetch('/v1/openapi.json').then(async (response) => setApi(await response.json()));
  }, []);
  if (api === undefined) return <p role="status">Reading the document …</p>;
  return (
    <>
      <h1>{api.info.title}</h1>
      <ul>
        {Object.entries(api.paths).flatMap(([path, methods]) =>
          Object.entries(methods).map(([method, { summary }]) => (
            <li key={`${method} ${path}`}>
              <code>
                {method.toUpperCase()} {path}
              </code>{' '}
              {summary}
            </li>
          )),
        )}
      </ul>
    </>
  );
}
