import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What is said in place of an empty table. */
  readonly empty: string;
  /** The caption stands elsewhere on the page. */
  readonly hidesCaption?: boolean;
}

/** A table; on a narrow screen each row becomes a card with named values. The roles keep it a table for a screen reader there. */
export function DataTable<Row>({ caption, columns, rows, keyOf, empty, hidesCaption = false }: TableProps<Row>) {
  if (rows.length === 0) return <p class="quiet">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: a table whose display is changed loses its role
    <table role="table">
      <caption class={hidesCaption ? 'hidden' : undefined}>{caption}</caption>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <thead role="rowgroup">
        <tr>
          {columns.map(({ title, isNumber }) => (
            <th key={title} scope="col" class={isNumber ? 'number' : undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <tbody role="rowgroup">
        {rows.map((row) => (
          // biome-ignore lint/a11y/noRedundantRoles: as above
          <tr key={keyOf(row)} role="row">
            {columns.map(({ title, cell, isNumber }) => (
              // biome-ignore lint/a11y/noRedundantRoles: as above
              <td key={title} role="cell" data-title={title} class={isNumber ? 'number' : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
