import type { Deed } from '../use-deed.ts';
import { Failure } from './failure.tsx';

/** What came of a deed, announced to a screen reader. */
export function DeedOutcome({ of: { done, error } }: { readonly of: Deed }) {
  return (
    <>
      <p role="status" class={done === undefined ? 'empty' : 'done'}>
        {done}
      </p>
      <Failure of={error} />
    </>
  );
}
