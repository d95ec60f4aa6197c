import { useState } from 'preact/hooks';
import type { Schemas } from '../../../client/index.ts';
import { Confirm } from '../parts/confirm.tsx';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { TextField } from '../parts/field.tsx';
import { signedBy, useReviewer } from '../parts/reviewer.tsx';
import { useDeed } from '../use-deed.ts';

interface SyncNowProps {
  readonly report: Schemas['SyncReport'];
  readonly onDone: () => void;
}

/** A tick now; and, where sync stands at a block that it cannot read, the way past it. */
export function SyncNow({ report, onDone }: SyncNowProps) {
  const deed = useDeed();
  const run = async (): Promise<void> => {
    await deed.run(async (client) => tickText((await client.forceSync()).tick));
    onDone();
  };
  return (
    <section>
      <h2>Sync now</h2>
      <p>
        <button type="button" aria-disabled={deed.isBusy} onClick={() => void run()}>
          {deed.isBusy ? 'Syncing …' : 'Sync now'}
        </button>
      </p>
      <DeedOutcome of={deed} />
      <PassBlock report={report} onDone={onDone} />
    </section>
  );
}

function PassBlock({ report, onDone }: SyncNowProps) {
  const deed = useDeed();
  const stuckAt = stuckBlockOf(report);
  const [height, setHeight] = useState(stuckAt === undefined ? '' : String(stuckAt));
  const { fields, ...signature } = useReviewer();
  const pass = async (): Promise<void> => {
    await deed.run(async (client) =>
      tickText((await client.forceSync({ body: { passBlock: Number(height), ...signedBy(signature) } })).tick),
    );
    onDone();
  };
  return (
    <>
      <details open={stuckAt !== undefined}>
        <summary>Pass a block that cannot be read</summary>
        <p>
          {stuckAt === undefined ? 'Sync does not stand at a block now.' : `Sync stands at block ${stuckAt}.`} What a
          passed block wrote stays unknown until everything has been compared again.
        </p>
        <TextField label="Height of the block at which sync stands" type="number" value={height} onValue={setHeight} />
        {fields}
        <Confirm
          label="Pass the block"
          question={`Pass block ${height} without having read it?`}
          isBusy={deed.isBusy || !/^\d+$/.test(height)}
          isBad
          onYes={() => void pass()}
        />
      </details>
      {/* Outside: once sync goes on, the details close. */}
      <DeedOutcome of={deed} />
    </>
  );
}

const stuckBlockOf = ({ lastTicks: [last] }: Schemas['SyncReport']): number | undefined => {
  const [, height] = /^block#(\d+)$/.exec(last?.stuckAt ?? '') ?? [];
  return height === undefined ? undefined : Number(height);
};

function tickText({ from, to, refreshed, stoppedBy, reason }: Schemas['Tick']): string {
  const blocks = from === null ? 'No new block' : from === to ? `Block ${from}` : `Blocks ${from} to ${to}`;
  return `${blocks}, ${refreshed} records refreshed; ended by "${stoppedBy}"${reason === null ? '' : `: ${reason}`}.`;
}
