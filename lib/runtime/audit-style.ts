import { reportStyle } from './report-style.ts';

/** The style of the audit report: wide tables on a screen, and pages of A4 on paper, in which no row is cut and heads are repeated. */
export const auditStyle = `${reportStyle}
.entries td, .entries th { text-align: left; vertical-align: top; white-space: normal; overflow-wrap: anywhere; }
.entries .number { text-align: right; }
.entries dl { margin: 0; min-width: 14rem; }
.entries .cause { overflow-wrap: break-word; }
.part { border-top: 2px solid var(--line); margin-top: 2rem; padding-top: 1rem; }
.digest { font: .75em/1.3 ui-monospace, monospace; color: var(--quiet); overflow-wrap: anywhere; }
@page {
  size: A4 landscape; margin: 12mm 10mm 14mm;
  @bottom-left { content: "Audit report"; font: 8pt system-ui, sans-serif; }
  @bottom-right { content: counter(page) " of " counter(pages); font: 8pt system-ui, sans-serif; }
}
@media print {
  :root { color-scheme: light; --page: #fff; --ink: #000; --quiet: #444; --line: #999; --panel: #fff; --good: #0b5d23; --warn: #6b4a00; --bad: #9b1c25; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  .table { overflow: visible; border: 0; }
  .name { position: static; }
  h2 { margin: 1.1rem 0 .4rem; font-size: 1.05rem; }
  .figures { margin: .5rem 0; gap: .5rem; }
  .figures div { padding: .3rem .6rem; }
  .figures .large { font-size: 1.2rem; }
  th, td { padding: .2rem .5rem; }
  .entries dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 .6rem; min-width: 0; padding: 0 0 0 .5rem; }
  .entries dd { margin: 0; font-size: .85em; overflow-wrap: anywhere; }
  .entries time { white-space: normal; }
  .entries td:first-child { min-width: 5.8rem; }
  .part { break-before: page; border: 0; margin: 0; padding: 0; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
  tr, .panel, .figures div { break-inside: avoid; }
  h2 { break-after: avoid; }
  .screen { display: none; }
}
`;
