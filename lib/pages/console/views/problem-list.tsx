import { MarkedText } from '../../marked-text.tsx';
import { Status } from '../parts/status.tsx';
import { Since } from '../parts/time.tsx';
import { Short } from '../parts/value.tsx';
import { hrefOf } from '../use-route.ts';
import type { Problem } from './problems.ts';

interface ProblemListProps {
  readonly problems: readonly Problem[];
  /** The view that shows the list: no link leads to it. */
  readonly here?: string;
}

/** What is wrong, in the order in which it is to be seen to, each with what to do. */
export const ProblemList = ({ problems, here }: ProblemListProps) => (
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
        <MarkedText text={`**${at === 0 ? 'Do this first' : 'What to do'}:** ${reason.action}`} />
        <p class="links">
          {view !== undefined && view !== here && <a href={hrefOf(view)}>Open {view}</a>}
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
