/** The style of HTML reports: system fonts, light or dark as the reader's system is, one column on a small screen. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --page: #fff; --ink: #1b1f24; --quiet: #59636e; --line: #d1d9e0; --panel: #f6f8fa;
  --good: #1a7f37; --warn: #9a6700; --bad: #cf222e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --ink: #e6edf3; --quiet: #9198a1; --line: #3d444d; --panel: #151b23;
    --good: #3fb950; --warn: #d29922; --bad: #ff7b72;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 70rem;
  background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
}
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 2.25rem 0 .75rem; font-size: 1.15rem; }
p { margin: .25rem 0; }
.quiet { color: var(--quiet); }
.good { color: var(--good); }
.warn { color: var(--warn); }
.bad { color: var(--bad); }
.status { margin-top: .5rem; font-size: 1.1rem; font-weight: 600; }
.panel { margin: 1.25rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel); }
.panel h2 { margin: 0 0 .5rem; }
.panel ul { margin: 0; padding-left: 1.25rem; }
.panel li { margin: .4rem 0; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 1rem; margin: 1.25rem 0; }
.figures div { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; }
.figures dt { color: var(--quiet); }
.figures dd { margin: 0; overflow-wrap: anywhere; }
.figures .large { font-size: 2rem; font-weight: 600; line-height: 1.3; }
.table { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { width: 100%; border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .75rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
thead th { color: var(--quiet); font-weight: 500; }
.name { position: sticky; left: 0; background: var(--page); text-align: left; }
thead .name { vertical-align: bottom; }
thead .group { text-align: center; }
.outcome { border-left: 1px solid var(--line); }
tbody th { font-weight: 500; }
tbody:last-child tr:last-child > *, tfoot tr > * { border-bottom: 0; }
tfoot > tr > * { font-weight: 600; }
.samples { margin: 0; padding: 0; list-style: none; }
.samples > li { padding: .75rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.samples ul { margin: .25rem 0; padding-left: 1.25rem; }
a { color: inherit; }
.changes { margin: .25rem 0; padding: .4rem .75rem; border-left: 3px solid var(--line); }
.changes dt { color: var(--quiet); }
.changes dd { margin: 0 0 .25rem; font: .9em/1.4 ui-monospace, monospace; }
.changes del { color: var(--bad); text-decoration: none; }
.changes ins { color: var(--good); text-decoration: none; }
code { font: .95em/1 ui-monospace, monospace; }
time { white-space: nowrap; }
.id { font: .9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  th, td { padding: .35rem .45rem; font-size: .9rem; }
}
`;
