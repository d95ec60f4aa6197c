/** What a caller has left of its reads of the chain. */
export interface ChainReads {
  /**
   * Takes one read before `work`, and gives it back where `work` does not call `use`: something else has answered, or another
   * caller's read. Throws ChainReadsSpent where none is left.
   */
  spend<T>(work: (use: () => void) => Promise<T>): Promise<T>;
}
