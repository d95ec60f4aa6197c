import { useState } from 'preact/hooks';
import type { Schemas } from '../../../client/index.ts';
import { Confirm } from '../parts/confirm.tsx';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { TextField } from '../parts/field.tsx';
import { signedBy, useReviewer } from '../parts/reviewer.tsx';
import { useDeed } from '../use-deed.ts';

interface RewindProps {
  readonly report: Schemas['SyncReport'];
  readonly onDone: () => void;
}

/** After a hard reset of the network: back to a block that network and store have in common. */
export function RewindForm({ report, onDone }: RewindProps) {
  const deed = useDeed();
  const proposed = report.commonBlock?.height;
  const wasReset = proposed !== undefined || report.lastTicks[0]?.stoppedBy === 'reset';
  const [typed, setHeight] = useState<string>();
  const height = typed ?? (proposed === undefined ? '' : String(proposed));
  const { fields, ...signature } = useReviewer();
  const rewind = async (): Promise<void> => {
    await deed.run(async (client) => {
      const { cursor } = await client.rewindSync({ body: { height: Number(height), ...signedBy(signature) } });
      return `Sync stands at block ${cursor?.height ?? height}. The next tick goes on from there.`;
    });
    onDone();
  };
  return (
    <section>
      <h2>Rewind</h2>
      <details open={wasReset}>
        <summary>Set sync back after the network was reset</summary>
        <p>
          {wasReset
            ? proposed === undefined
              ? 'The network was reset, and no common block is known: find one that both histories have.'
              : `The network was reset. Block ${proposed} is the highest that is known to be of both histories.`
            : 'The last tick found no reset of the network. Without one there is nothing to rewind.'}{' '}
          Everything that was read above the block counts as never read.
        </p>
        <TextField label="Height of the common block" type="number" value={height} onValue={setHeight} />
        {fields}
        <Confirm
          label="Rewind"
          question={`Set sync back to block ${height}?`}
          isBusy={deed.isBusy || !/^\d+$/.test(height)}
          isBad
          onYes={() => void rewind()}
        >
          <p>
            Sync stands at block {report.cursor?.height ?? 'none'}. Everything above block {height} is read again.
          </p>
        </Confirm>
      </details>
      <DeedOutcome of={deed} />
    </section>
  );
}
