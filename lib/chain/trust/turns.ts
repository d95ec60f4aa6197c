import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';

/** Of names that are remembered: nodes can make up any number of them. */
const mostNames = 32;

/** What is done under one name is done one after the other: what one has found, the next one uses. Different names wait for nothing. */
export function createTurns(): <Found>(name: string, find: () => Promise<Found>) => Promise<Found> {
  const turns = new LRUCache<string, LimitFunction>({ max: mostNames });
  return (name, find) => {
    const turn = turns.get(name) ?? pLimit(1);
    turns.set(name, turn);
    return turn(find);
  };
}
