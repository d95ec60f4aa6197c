import { Status } from '../parts/status.tsx';
import { Since } from '../parts/time.tsx';
import { Short } from '../parts/value.tsx';
import { hrefOf } from '../use-route.ts';
import type { Problem } from './problems.ts';

/** What is wrong, in the order in which it is to be seen to, each with what to do. */
export const ProblemList = ({ problems }: { readonly problems: readonly Problem[] }) => (
  <ol class="problems">
    {problems.map(({ component, reason, view }, at) => (
      <li key={component + reason.code + reason.detail}>
        <p>
          <Status of={reason.status} /> <strong>{component}</strong>
          {reason.since !== null && (
            <span class="quiet">
              {' '}
              for <Since at={reason.since} />
            </span>
          )}
        </p>
        <p>
          <Short of={reason.detail} />
        </p>
        <p>
          <strong>{at === 0 ? 'Do this first' : 'What to do'}:</strong> {reason.action}
        </p>
        <p class="links">
          {view !== undefined && <a href={hrefOf(view)}>Open {view}</a>}
          {reason.ref !== null && (
            <a href={hrefOf('records', reason.ref.kind, reason.ref.id)}>
              Open the record <Short of={`${reason.ref.kind} ${reason.ref.id}`} />
            </a>
          )}
        </p>
      </li>
    ))}
  </ol>
);
