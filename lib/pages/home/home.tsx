import { type OpenApiDocument, useOpenApi } from '../open-api.ts';
import { PageHeader } from '../page-header.tsx';
import { useCredential } from '../use-credential.ts';
import { Calls } from './calls.tsx';
import { LookupForm } from './lookup-form.tsx';
import { Routes } from './routes.tsx';
import { Standing } from './standing.tsx';
import { useSamples } from './use-samples.ts';

/** What this is, where it stands, and where to go on. */
export function Home() {
  const [credential, setCredential] = useCredential();
  const read = useOpenApi();
  const api: OpenApiDocument | undefined = typeof read === 'object' ? read : undefined;
  const samples = useSamples(api, credential);
  return (
    <>
      <PageHeader current="/" />
      <main>
        <h1>Chain-first lookups for the Casper network</h1>
        <p class="lead">
          Your app asks one HTTPS endpoint about NFTs, accounts, staking positions, transactions and collections. The
          answer comes from a cache while that is known to be current, from the chain otherwise, and from a database
          when no node can answer; each says which of the three it was, as of which block, and how old it may be.
        </p>
        <Standing />
        <LookupForm samples={samples} credential={credential} onCredential={setCredential} />
        <Calls samples={samples} />
        <section aria-label="Routes">
          <h2>Routes</h2>
          {typeof read === 'string' && <p role="status">{read}</p>}
          {api !== undefined && <Routes api={api} />}
        </section>
        <section aria-label="Go on">
          <h2>Go on</h2>
          <ul>
            <li>
              <a href="/docs">Reference</a>: every route, its parameters and answers, to try from the page.
            </li>
            <li>
              <a href="/console">Console</a>, for operators: what is wrong, and what to do.
            </li>
            <li>
              <a href="/v1/openapi.json">OpenAPI document</a>, for generators and test tools.
            </li>
          </ul>
        </section>
      </main>
    </>
  );
}
