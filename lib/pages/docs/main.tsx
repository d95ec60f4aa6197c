import { render } from 'preact';
import { useOpenApi } from '../open-api.ts';
import { Reference } from './reference.tsx';

function Page() {
  const api = useOpenApi();
  if (api === undefined || typeof api === 'string')
    return (
      <main>
        <h1>Reference</h1>
        <p role="status">{api ?? 'Reading the OpenAPI document …'}</p>
      </main>
    );
  return <Reference api={api} />;
}

const place = document.getElementById('page');
if (place !== null) render(<Page />, place);
