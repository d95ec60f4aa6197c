import { useLatest } from '../use-latest.ts';

interface Ready {
  readonly ready: boolean;
}

/** What this is, where it stands, and where to go on. */
export function Home() {
  const ready = useLatest<Ready>('/v1/ready', 5_000);
  return (
    <>
      <h1>Astake Lookup</h1>
      <p>Chain-first lookups for the Casper network: NFTs, accounts, staking, transactions and collections.</p>
      <p role="status">{ready === undefined ? 'Asking the service …' : ready.ready ? 'Ready.' : 'Not ready.'}</p>
      <nav>
        <a href="/docs">Every route, to try</a> · <a href="/console">Console for operators</a> ·{' '}
        <a href="/v1/openapi.json">OpenAPI document</a>
      </nav>
    </>
  );
}
