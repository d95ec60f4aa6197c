import { emptyTables, type MemoryTables } from './tables.ts';

/** A change of an item in a table that has a stream, in the order in which it was made. */
export interface TableChange {
  readonly table: 'conflicts' | 'outbox';
  readonly change: 'INSERT' | 'MODIFY';
  readonly id: string;
}

/** Empty tables that report each change of a conflict or an event, as the tables' streams do. */
export const reportingTables = (onChange: (change: TableChange) => void): MemoryTables => ({
  ...emptyTables(),
  conflicts: new ReportingMap((change, id) => onChange({ table: 'conflicts', change, id })),
  outbox: new ReportingMap((change, id) => onChange({ table: 'outbox', change, id })),
});

class ReportingMap<Value> extends Map<string, Value> {
  readonly #report: (change: TableChange['change'], id: string) => void;

  constructor(report: (change: TableChange['change'], id: string) => void) {
    super();
    this.#report = report;
  }

  override set(id: string, value: Value): this {
    const change = this.has(id) ? 'MODIFY' : 'INSERT';
    super.set(id, value);
    this.#report(change, id);
    return this;
  }
}
