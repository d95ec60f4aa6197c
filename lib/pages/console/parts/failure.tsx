import { type ClientError, RefusedError } from '../../../client/index.ts';
import { WhyFailed } from './why-link.tsx';

/** An error in the words of the service, with every fault that it names and the id for the logs. */
export function Failure({ of: error }: { readonly of: ClientError | undefined }) {
  if (error === undefined) return null;
  const faults = error instanceof RefusedError ? (error.problem.errors ?? []) : [];
  return (
    <div class="failure" role="alert">
      <p>
        <strong>{error.message}</strong>
      </p>
      {faults.length > 0 && (
        <ul>
          {faults.map(({ path, message }) => (
            <li key={path + message}>
              <code>{path}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">
        <code>{error.code}</code>
        {error.requestId !== undefined && (
          <>
            {' '}
            · request <code>{error.requestId}</code>
            <WhyFailed of={error} />
          </>
        )}
      </p>
    </div>
  );
}
