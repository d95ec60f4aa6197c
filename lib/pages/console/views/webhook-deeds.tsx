import { useState } from 'preact/hooks';
import type { LookupClient, Schemas } from '../../../client/index.ts';
import { Confirm } from '../parts/confirm.tsx';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { TextField } from '../parts/field.tsx';
import { useDeed } from '../use-deed.ts';
import { ShownOnce, useShownOnce } from './shown-once.tsx';

interface WebhookDeedsProps {
  readonly webhook: Schemas['Webhook'];
  readonly onDone: () => void;
}

/** Pause, resume, test, replay, a new secret, and the end. */
export function WebhookDeeds({ webhook: { id, status, url }, onDone }: WebhookDeedsProps) {
  const deed = useDeed();
  const made = useShownOnce();
  const [after, setAfter] = useState('');
  const act = async (ask: (client: LookupClient) => Promise<string>): Promise<void> => {
    await deed.run(ask);
    onDone();
  };
  const pause = async (client: LookupClient): Promise<string> => {
    await client.pauseWebhook({ id });
    return 'Paused: nothing is sent until it is resumed.';
  };
  const resume = async (client: LookupClient): Promise<string> => {
    await client.resumeWebhook({ id });
    return 'Resumed: it goes on where it was left.';
  };
  const replay = async (client: LookupClient): Promise<string> => {
    await client.replayWebhook({ id, body: { after } });
    return `Events are sent from behind ${after}.`;
  };
  const rotate = async (client: LookupClient): Promise<string> => {
    const { secret } = await client.rotateWebhookSecret({ id });
    made.show(secret);
    return 'A new secret was made, and is shown above, this once. For a day each delivery has a signature by both.';
  };
  const disable = async (client: LookupClient): Promise<string> => {
    await client.disableWebhook({ id });
    return 'Deleted: nothing is sent to it any more. What it was stays in the list, and in the audit trail.';
  };
  if (status === 'disabled') return <DeedOutcome of={deed} />;
  return (
    <section>
      <h2>What to do</h2>
      <ShownOnce what="secret" of={made} />
      <p class="buttons">
        {status === 'paused' ? (
          <button type="button" aria-disabled={deed.isBusy} onClick={() => void act(resume)}>
            Resume
          </button>
        ) : (
          <Confirm
            label="Pause"
            question="Send nothing to this receiver?"
            isBusy={deed.isBusy}
            onYes={() => void act(pause)}
          />
        )}
        <button type="button" aria-disabled={deed.isBusy} onClick={() => void act((client) => test(client, id))}>
          Send a test
        </button>
        <Confirm
          label="Make a new secret"
          question="Make a new secret for this receiver?"
          isBusy={deed.isBusy}
          onYes={() => void act(rotate)}
        >
          <p>For a day each delivery is signed by the old one too: give the new one to the receiver meanwhile.</p>
        </Confirm>
        <Confirm
          label="Delete"
          question="Delete this webhook for good?"
          isBusy={deed.isBusy}
          isBad
          onYes={() => void act(disable)}
        >
          <p>
            Nothing is sent to <code class="value">{url}</code> any more, and that cannot be undone. To stop for a
            while, pause it.
          </p>
        </Confirm>
      </p>
      <DeedOutcome of={deed} />
      <TextField
        label="Replay behind this cursor"
        value={after}
        onValue={setAfter}
        hint="A cursor of the feed, start, or now"
      />
      <Confirm
        label="Replay"
        question={`Send the events behind ${after} again?`}
        isBusy={deed.isBusy || after.trim() === ''}
        onYes={() => void act(replay)}
      >
        <p>The receiver gets events that it has had before.</p>
      </Confirm>
    </section>
  );
}

async function test(client: LookupClient, id: string): Promise<string> {
  const { delivered, problem, status, errorCode, milliseconds } = await client.testWebhook({ id });
  if (delivered) return `The receiver took the test, with status ${status}, in ${milliseconds} ms.`;
  const why = [problem?.replaceAll('_', ' '), status === null ? undefined : `status ${status}`, errorCode].filter(
    Boolean,
  );
  return `The receiver did not take the test: ${why.join(', ')}.`;
}
