import { useState } from 'preact/hooks';
import type { Schemas } from '../../../client/index.ts';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { signedBy, useReviewer } from '../parts/reviewer.tsx';
import { Value } from '../parts/value.tsx';
import { useSession } from '../session.ts';
import { useDeed } from '../use-deed.ts';
import { hrefOf } from '../use-route.ts';

type Decision = Schemas['ConflictDecisionRequest']['decision'];

interface DecideProps {
  readonly conflict: Schemas['Conflict'];
  readonly onDone: () => void;
}

/** A decision about a conflict that waits for one, after a look at what it would change; or the way back from it. */
export function DecideForm({ conflict, onDone }: DecideProps) {
  const { principal } = useSession();
  const deed = useDeed();
  const { fields, clear, ...signature } = useReviewer();
  const [decision, setDecision] = useState<Decision>();
  const [preview, setPreview] = useState<Schemas['DecidedConflict']>();
  const { id, status, ref } = conflict;
  const isDecided = status === 'resolved';
  const decide = async (dryRun: boolean): Promise<void> => {
    if (decision === undefined) return;
    setPreview(undefined);
    const isDone = await deed.run(async (client) => {
      const decided = await client.decideConflict({ id, body: { decision, dryRun, ...signedBy(signature) } });
      if (dryRun) setPreview(decided);
      return dryRun ? 'Nothing was changed. What the decision would do stands below.' : doneTexts[decision];
    });
    if (isDone && !dryRun) clear();
    onDone();
  };
  const undo = async (): Promise<void> => {
    const isDone = await deed.run(async (client) => {
      await client.undoConflictDecision({ id, body: signedBy(signature) });
      return 'The decision was taken back: the conflict waits for a person again. No value was restored.';
    });
    if (isDone) clear();
    onDone();
  };
  const mayNot = conflict.mayNotDecide.includes(principal.name);
  if (status === 'open')
    return <p>The service resolves this conflict by itself; where it cannot, a person is asked.</p>;
  return (
    <section>
      <h2>{isDecided ? 'Take the decision back' : 'Decide'}</h2>
      {mayNot && (
        <p>
          You made, kept or asked for one of these values: where the service requires four eyes, another person must do
          this.
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void (isDecided ? undo() : decide(false));
        }}
      >
        {!isDecided && <Decisions value={decision} onValue={setDecision} />}
        {fields}
        <p class="buttons">
          <button type="submit" aria-disabled={deed.isBusy}>
            {isDecided ? 'Undo' : 'Decide'}
          </button>
          {!isDecided && (
            <button
              type="button"
              aria-disabled={deed.isBusy || decision === undefined}
              onClick={() => void decide(true)}
            >
              Show what would change
            </button>
          )}
        </p>
      </form>
      <DeedOutcome of={deed} />
      {preview !== undefined && (
        <>
          <h3>What would change</h3>
          {preview.changes === null ? <p>The record stays as it is.</p> : <Value of={preview.changes} />}
        </>
      )}
      <p>
        <a href={hrefOf('records', ref.kind, ref.id)}>The record and its history</a>
      </p>
    </section>
  );
}

const doneTexts = {
  chain: 'Decided: the chain’s value is stored.',
  database: 'Decided: the database’s value stays until either value changes.',
  dismiss: 'Dismissed: the conflict is closed without a decision about the values.',
} as const;

const choices = [
  ['chain', 'Take the chain’s value'],
  ['database', 'Keep the database’s value'],
  ['dismiss', 'Dismiss: close it without a decision about the values'],
] as const;

const Decisions = ({
  value,
  onValue,
}: {
  readonly value: Decision | undefined;
  readonly onValue: (value: Decision) => void;
}) => (
  <fieldset>
    <legend>Decision</legend>
    {choices.map(([one, text]) => (
      <label key={one} class="option">
        <input
          type="radio"
          name="decision"
          required
          value={one}
          checked={one === value}
          onChange={() => onValue(one)}
        />{' '}
        {text}
      </label>
    ))}
  </fieldset>
);
