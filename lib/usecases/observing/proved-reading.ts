import { CollectionUnreadable } from '../../domain/errors.ts';
import type { RecordingState } from '../../domain/pinned-state.ts';

/**
 * Rule KIND-1: a "not found" counts only at a state root that the node is shown to hold. That is as true of what a reading
 * returns as of an error that it concludes from what it did not find: else a node that has lost its state makes a collection unreadable for good.
 */
export async function provedReading<Value>(
  state: Pick<RecordingState, 'proveAbsence'>,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    const value = await read();
    await state.proveAbsence();
    return value;
  } catch (error) {
    if (error instanceof CollectionUnreadable) await state.proveAbsence();
    throw error;
  }
}
