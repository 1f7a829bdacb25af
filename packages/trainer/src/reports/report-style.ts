// The look of report.html: a page of cards, light or dark as the reader's system is.

export const reportStyle = `
:root { color-scheme: light dark; --page: #f3f4f6; --card: #ffffff; --ink: #1f2937; --faint: #6b7280; --rule: #e5e7eb; }
@media (prefers-color-scheme: dark) {
  :root { --page: #030712; --card: #111827; --ink: #e5e7eb; --faint: #9ca3af; --rule: #1f2937; }
}
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; background: var(--page); color: var(--ink);
  max-width: 1360px; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; }
h1 + p { margin: .2rem 0 1.2rem; color: var(--faint); }
h2 { font-size: 1.15rem; margin: 0 0 .6rem; } h3 { font-size: 1rem; margin: 0 0 .4rem; }
body > h2 { margin-top: 1.6rem; }
.highlights { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; margin: 0 0 1rem; }
.highlights div, section { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: .8rem 1rem; }
dt, small { color: var(--faint); } dt { font-size: .85rem; }
dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); gap: 1rem; }
svg { width: 100%; height: auto; border: 1px solid var(--rule); border-radius: 8px; }
.columns { columns: 24rem; column-gap: 1rem; margin-top: 1rem; }
section { break-inside: avoid; margin: 0 0 1rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: .2rem 1rem .2rem 0; text-align: left; vertical-align: top; } th { color: var(--faint); font-weight: 400; }
.value { font-variant-numeric: tabular-nums; text-align: right; overflow-wrap: anywhere; }
.step, .filling { white-space: nowrap; } .step { font-variant-numeric: tabular-nums; text-align: right; width: 1%; }
td:last-child, th:last-child { padding-right: 0; } tr + tr td { border-top: 1px solid var(--rule); }
`;
