/**
 * Five small questions about single conditions, each with and without its rule:
 * SAVE-3 (what a save is compared with), FOLLOW-3 (a basis after a skip to the tip), SAVE-4 (the cache entry after a
 * correction), KIND-4 (which validators a reader asks), ITEM-2 (the TTL of the presence item).
 */
import { report, search, steps } from './search.mjs';

/** Two readers see A and B at block 2, over a record of block 1. A match moves the block, but not the sequence. */
function comparedWith({ block }) {
  const values = ['A', 'B'];
  const start = { height: 1, value: 'A', sequence: 0, readers: [{ step: 'read' }, { step: 'read' }], wrong: null };
  const next = (state) => {
    const { list, add } = steps(state);
    state.readers.forEach((reader, index) => {
      const value = values[index];
      const name = `reader ${index + 1}`;
      if (reader.step === 'read') {
        add(`${name} reads ${value} at 2, and compares with ${state.value} of ${state.height}`, (after) => {
          after.readers[index] = { step: 'save', height: state.height, value: state.value, sequence: state.sequence };
        });
      } else if (reader.step === 'save' && !(reader.height === 2 && reader.value !== value)) {
        const isSame = state.sequence === reader.sequence && (!block || state.height === reader.height);
        const isMatch = reader.value === value;
        add(`${name} ${isSame ? (isMatch ? 'moves the block to 2' : 'saves its value at 2') : 'loses'}`, (after) => {
          after.readers[index] = isSame ? { step: 'done' } : { step: 'read' };
          if (!isSame) return;
          if (state.height === 2 && state.value !== value)
            after.wrong = `${state.value} of block 2 is overwritten by ${value} of block 2`;
          after.height = 2;
          after.value = value;
          if (!isMatch) after.sequence += 1;
        });
      }
    });
    return list;
  };
  return search(start, next, ({ wrong }) => wrong ?? undefined);
}
report('a save compares block and sequence', comparedWith({ block: true }));
report('a save compares the sequence alone (SAVE-3)', comparedWith({ block: false }));

/** The basis is written in 2 and 4 and is back at its old value in 4. Sync skips from 1 to 3. */
function afterSkip({ onlyWhereKnown }) {
  const valueAt = (height) => [2, 4].filter((block) => block <= height).length % 2;
  const start = { cursor: 1, followedFrom: 1, basis: { height: 1, value: 0, changedAt: 1 }, entity: null };
  const next = (state) => {
    const { list, add } = steps(state);
    if (state.cursor === 1) {
      add('sync skips to 3', (after) => {
        after.cursor = 3;
        after.followedFrom = 3;
      });
    }
    if (state.cursor === 3) {
      add('sync takes 4 and reads the basis', (after) => {
        const isKnown = state.basis.height >= state.followedFrom;
        const isSame = valueAt(4) === state.basis.value && (isKnown || !onlyWhereKnown);
        if (!isSame) after.basis = { height: 4, value: valueAt(4), changedAt: 4 };
        after.cursor = 4;
      });
    }
    if (state.entity === null) {
      for (let height = state.cursor; height <= 4; height += 1) {
        add(`a reader saves the entity of ${height}`, (after) => {
          after.entity = height;
        });
      }
    }
    return list;
  };
  const falseClaim = ({ entity, followedFrom, basis, cursor }) => {
    if (entity === null) return undefined;
    const through = entity < followedFrom || basis.changedAt > entity ? entity : Math.max(entity, cursor);
    if (valueAt(entity) === valueAt(through)) return undefined;
    return `the entity of ${entity} is claimed through ${through}`;
  };
  return search(start, next, falseClaim);
}
report('a basis is the same only if it is known at the cursor', afterSkip({ onlyWhereKnown: true }));
report('a basis is the same if its value is the stored one (FOLLOW-3)', afterSkip({ onlyWhereKnown: false }));

/** A reader saves a wrong value of block 5, and puts its entry late; the value is corrected at the same block. */
function afterCorrection({ bySequence }) {
  const old = { height: 1, sequence: 0, value: 'old' };
  const start = { record: old, entry: old, reader: 0, resolver: 0 };
  const put = (after, there, entry) => {
    const isLater = there.sequence === entry.sequence ? there.height <= entry.height : there.sequence < entry.sequence;
    if (bySequence ? isLater : there.height <= entry.height) after.entry = entry;
  };
  const wrongValue = { height: 5, sequence: 1, value: 'wrong' };
  const rightValue = { height: 5, sequence: 2, value: 'right' };
  const next = (state) => {
    const { list, add } = steps(state);
    const go = (description, change) => add(description, change);
    if (state.reader === 0) {
      go('a reader saves a wrong value of block 5', (after) => {
        after.record = wrongValue;
        after.reader = 1;
      });
    } else if (state.reader === 1) {
      go('the reader puts its entry', (after) => {
        put(after, state.entry, wrongValue);
        after.reader = 2;
      });
    }
    if (state.reader > 0 && state.resolver === 0) {
      go('the record is corrected, at the same block', (after) => {
        after.record = rightValue;
        after.resolver = 1;
      });
    } else if (state.resolver === 1) {
      go('the entry of the correction is put', (after) => {
        put(after, state.entry, rightValue);
        after.resolver = 2;
      });
    }
    return list;
  };
  const isLeftWrong = ({ reader, resolver, entry }) =>
    reader === 2 && resolver === 2 && entry.value !== 'right'
      ? 'the record is right, and its entry stays wrong'
      : undefined;
  return search(start, next, isLeftWrong);
}
report('an entry is put on condition of the sequence', afterCorrection({ bySequence: true }));
report('an entry is put on condition of the height (SAVE-4)', afterCorrection({ bySequence: false }));

/** A position gets a delegation to a new validator in block 2; a reader runs ahead of the cursor. */
function whichValidators({ asksAll }) {
  const truth = (height) => (height >= 2 ? 1 : 0);
  const start = { cursor: 1, mark: 1, record: { height: 1, found: 0 }, block: 0 };
  const next = (state) => {
    const { list, add } = steps(state);
    for (let height = state.record.height + 1; height <= 3; height += 1) {
      if (height < state.mark) continue;
      add(`a reader refreshes the position at ${height}`, (after) => {
        after.record = { height, found: asksAll ? truth(height) : state.record.found };
      });
    }
    if (state.block === 0 && state.cursor < 3) {
      add(`sync takes ${state.cursor + 1}`, (after) => {
        after.block = state.cursor + 1;
        after.mark = Math.max(state.mark, state.cursor + 1);
      });
    } else if (state.block > 0) {
      const isNeeded = state.block === 2 && state.record.height < 2;
      add(
        `sync ${isNeeded ? 'asks the validator that block 2 names' : 'needs no reading'}, and moves its cursor`,
        (after) => {
          if (isNeeded) after.record = { height: 2, found: 1 };
          after.cursor = state.block;
          after.block = 0;
        },
      );
    }
    return list;
  };
  const isIncomplete = ({ record, cursor }) => {
    const through = Math.max(record.height, cursor);
    if (record.found === truth(through)) return undefined;
    return `the position of ${record.height} is claimed through ${through} without its new delegation`;
  };
  return search(start, next, isIncomplete);
}
report('a reader asks all validators', whichValidators({ asksAll: true }));
report('a reader asks only the validators that are known (KIND-4)', whichValidators({ asksAll: false }));

/** X and Y depend on one key. Both write its presence item, each with a date of its own. */
function presenceDate({ onlyRaised }) {
  const start = { day: 0, presence: 0, rows: { X: 0, Y: 0 }, tracked: { X: 0, Y: 0 } };
  const watch = (after, state, name, trackedUntil) => {
    const until = trackedUntil + 5;
    after.presence = onlyRaised ? Math.max(state.presence, until) : until;
    after.rows[name] = Math.max(state.rows[name], until);
    after.tracked[name] = Math.max(state.tracked[name], trackedUntil);
  };
  const next = (state) => {
    const { list, add } = steps(state);
    for (const name of ['X', 'Y']) {
      const { day, tracked } = state;
      if (tracked[name] === 0) {
        add(`day ${day}: ${name} is read, and tracked until day ${day + 30}`, (after) =>
          watch(after, state, name, day + 30),
        );
      } else if (tracked[name] > day) {
        add(`day ${day}: sync saves ${name}, tracked until day ${tracked[name]}`, (after) =>
          watch(after, state, name, tracked[name]),
        );
      }
    }
    if (state.day < 60)
      add('20 days pass', (after) => {
        after.day += 20;
      });
    return list;
  };
  const isUnseen = ({ day, presence, rows, tracked }) => {
    const name = ['X', 'Y'].find((one) => tracked[one] > day && rows[one] > day && presence <= day);
    return name && `day ${day}: the presence item is gone, and ${name} is tracked until day ${tracked[name]}`;
  };
  return search(start, next, isUnseen);
}
report('the TTL of a presence item is only raised', presenceDate({ onlyRaised: true }));
report('the last writer sets the TTL of a presence item (ITEM-2)', presenceDate({ onlyRaised: false }));
