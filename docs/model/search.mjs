/** Breadth-first search over all states of a model. The first counterexample found is therefore one of the shortest. */

const mostStates = 5_000_000;

/**
 * Tries every order of steps from `start`.
 *
 * `next(state)` lists what may happen next, as [description, next state]. `wrong(state)` is a sentence when the state
 * breaks the claim, and undefined when it does not.
 *
 * Returns the number of states, and `trace` (the steps to the first wrong state) when there is one.
 */
export function search(start, next, wrong) {
  const found = [{ state: start, before: undefined, step: '' }];
  const seen = new Set([JSON.stringify(start)]);
  for (let at = 0; at < found.length; at += 1) {
    const { state } = found[at];
    const sentence = wrong(state);
    if (sentence !== undefined) return { states: at + 1, trace: [...stepsTo(found[at]), sentence] };
    for (const [step, following] of next(state)) {
      const key = JSON.stringify(following);
      if (seen.has(key)) continue;
      if (seen.size >= mostStates) throw new Error(`more than ${mostStates} states: the model is not bounded`);
      seen.add(key);
      found.push({ state: following, before: found[at], step });
    }
  }
  return { states: found.length, trace: undefined };
}

function stepsTo(last) {
  const steps = [];
  for (let at = last; at.before !== undefined; at = at.before) steps.unshift(at.step);
  return steps;
}

/** A list of next states: each is a copy of the state that one step has changed. */
export function steps(state) {
  const list = [];
  const add = (description, change) => {
    const following = structuredClone(state);
    change(following);
    list.push([description, following]);
  };
  return { list, add };
}

/** The sum of several searches: it ends at the first one that finds a counterexample. `label` names that search. */
export function searchAll(cases, run, label) {
  let states = 0;
  for (const one of cases) {
    const result = run(one);
    states += result.states;
    if (result.trace !== undefined) return { states, trace: result.trace, label: label?.(one) };
  }
  return { states, trace: undefined };
}

/** Prints one line for a variant, and the counterexample below it. */
export function report(name, { states, trace, label }) {
  const broken = `BROKEN${label === undefined ? '' : ` (${label})`}`;
  console.log(name.padEnd(64), trace === undefined ? `holds, ${states} states` : broken);
  if (trace !== undefined) console.log(`   ${trace.join(' -> ')}`);
}

/** All subsets of the blocks 1..n: the blocks that write a key. */
export const subsetsOf = (n) =>
  Array.from({ length: 2 ** n }, (_, mask) =>
    Array.from({ length: n }, (__, index) => index + 1).filter((block) => (mask >> (block - 1)) & 1),
  );

/** How many of these blocks are at or below a height: stands for the value that a key has there. */
export const countThrough = (blocks, height) => blocks.filter((block) => block <= height).length;
