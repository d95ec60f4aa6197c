import { reportStyle } from './report-style.ts';

/** The style of the audit report: wide tables on a screen, and pages of A4 on paper, in which no row is cut and heads are repeated. */
export const auditStyle = `${reportStyle}
.entries td, .entries th { text-align: left; vertical-align: top; white-space: normal; overflow-wrap: anywhere; }
.entries .number { text-align: right; }
.entries dl { margin: 0; min-width: 14rem; }
.digest { font: .75em/1.3 ui-monospace, monospace; color: var(--quiet); overflow-wrap: anywhere; }
@page { size: A4 landscape; margin: 12mm 10mm 14mm; }
@media print {
  :root { color-scheme: light; --page: #fff; --ink: #000; --quiet: #444; --line: #999; --panel: #fff; --good: #0b5d23; --warn: #6b4a00; --bad: #9b1c25; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  .table { overflow: visible; border: 0; }
  .name { position: static; }
  .entries dl { min-width: 0; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
  tr, .panel, .figures div { break-inside: avoid; }
  h2 { break-after: avoid; }
  .screen { display: none; }
}
`;
