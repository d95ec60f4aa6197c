import type { DeadLetter } from './stream-delivery.ts';

const maxKept = 1_000;

/** Keeps the last 1,000 stream records that no function could handle, and reports each. */
export function createDeadLetters(report: (message: string) => void) {
  const dead: DeadLetter[] = [];
  return {
    onDeadLetter(letter: DeadLetter): void {
      dead.push(letter);
      if (dead.length > maxKept) dead.shift();
      report(`Dead letter: ${letter.function} could not handle a record of ${letter.table}: ${oneLine(letter)}`);
    },
    /** Newest last. */
    deadLetters: (): readonly DeadLetter[] => [...dead],
  };
}

const oneLine = ({ keys, error }: DeadLetter): string => `${JSON.stringify(keys)} ${error.replace(/\s*\n\s*/g, ' ')}`;
