/** A reader of the chain, alone: reads at a block, writes watches, checks the mark, saves the record, puts the entry. */
export function readerSteps(state, add) {
  const { step, height, atLeast = 1 } = state.reader;
  const go = (description, reader, change = () => undefined) =>
    add(`the reader ${description}`, (next) => {
      change(next);
      next.reader = reader;
    });
  if (step === 'read') {
    for (let block = atLeast; block <= state.tip; block += 1) go(`reads at ${block}`, { step: 'watch', height: block });
  } else if (step === 'watch') {
    go('writes its watches', { step: 'mark', height }, (next) => {
      next.watched = true;
    });
  } else if (step === 'mark') {
    const isBelow = state.mark > height;
    go(`sees mark ${state.mark}`, isBelow ? { step: 'read', atLeast: state.mark } : { step: 'record', height });
  } else if (step === 'record') {
    go(`saves the record of ${height}`, { step: 'entry', height }, (next) => put(next, 'record', height));
  } else if (step === 'entry') {
    go(`puts the entry of ${height}`, { step: 'done' }, (next) => put(next, 'entry', height));
  }
}

/** A write of record or entry, on condition of the height. */
export function put(next, slot, height) {
  if (height >= (next[slot] ?? -1)) next[slot] = height;
}
