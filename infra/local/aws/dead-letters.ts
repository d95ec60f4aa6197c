import type { DeadLetter } from './stream-delivery.ts';

/** Keeps the stream records that no function could handle, and reports each. */
export function createDeadLetters(report: (message: string) => void) {
  const dead: DeadLetter[] = [];
  return {
    onDeadLetter(letter: DeadLetter): void {
      dead.push(letter);
      report(`Dead letter: ${letter.function} could not handle a record of ${letter.table}: ${oneLine(letter)}`);
    },
    /** Newest last. */
    deadLetters: (): readonly DeadLetter[] => [...dead],
  };
}

const oneLine = ({ keys, error }: DeadLetter): string => `${JSON.stringify(keys)} ${error.replace(/\s*\n\s*/g, ' ')}`;
