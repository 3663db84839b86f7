/** The page's style sheet: light and dark, no font or picture from elsewhere. */
export const STYLE = `
:root { --ink: #1d2433; --soft: #5d6779; --paper: #fbfbf9; --card: #fff; --rule: #e4e4de; --good: #18794e; --bad: #c0362c;
  --task: #4766b4; --other: #6f8bcf; --wait: #c9d3ea; --failed: #d9603b; --call: #2f9a8a; --cancelled: #d9a03b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ee; --soft: #98a2b6; --paper: #14171d; --card: #1b1f27; --rule: #2c323d; --good: #57c99a; --bad: #f0837a;
    --task: #7f9be6; --other: #a5b9ef; --wait: #37415c; --failed: #ee8763; --call: #4fc0ae; --cancelled: #e3b765; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 40px; }
h1 { margin: 0; font-size: 30px; letter-spacing: -0.01em; }
h1 span { font-size: 15px; font-weight: 600; vertical-align: middle; margin-left: 8px; }
h2 { font-size: 17px; margin: 0 0 12px; }
.kicker { margin: 0; color: var(--soft); text-transform: uppercase; font-size: 12px; letter-spacing: 0.08em; }
.title { margin: 4px 0 20px; color: var(--soft); max-width: 70ch; }
.note { color: var(--soft); margin: 0 0 8px; font-size: 13px; }
.good { color: var(--good); } .bad { color: var(--bad); }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 20px 22px; margin: 0 0 18px; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; margin: 0 0 18px; }
dl div { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 16px; }
dt { color: var(--soft); font-size: 12px; } dd { margin: 2px 0 0; font-weight: 600; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 12px; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre { font: 12.5px/1.45 ui-monospace, monospace; }
pre { margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; color: var(--soft); max-width: 80ch; }
td.depth-1 { padding-left: 16px; } td.depth-2 { padding-left: 32px; }
summary { cursor: pointer; color: var(--soft); }
.checks { list-style: none; margin: 0; padding: 0; columns: 2 380px; column-gap: 32px; }
.checks li { break-inside: avoid; padding: 2px 0; }
.meter { width: 30%; } .meter span { display: block; height: 8px; margin-top: 6px; border-radius: 4px; background: var(--task); }
svg { display: block; width: 100%; min-width: 760px; }
svg text { font: 11.5px system-ui, sans-serif; fill: var(--ink); }
svg .axis { fill: var(--soft); } svg .middle { text-anchor: middle; } svg .root { font-weight: 600; }
svg .inside { font-size: 10.5px; pointer-events: none; fill: var(--card); } svg .inside.wait { fill: var(--ink); }
svg .tick { stroke: var(--rule); stroke-dasharray: 2 3; }
svg .rule { stroke: var(--rule); }
.task { fill: var(--task); background: var(--task); } .wait { fill: var(--wait); background: var(--wait); }
.other { fill: var(--other); background: var(--other); }
.failed, .failed-call { fill: var(--failed); background: var(--failed); }
.call { fill: var(--call); background: var(--call); } .cancelled { fill: var(--cancelled); background: var(--cancelled); }
.legend { margin: 10px 0 0; font-size: 12.5px; color: var(--soft); display: flex; flex-wrap: wrap; gap: 16px; }
.legend i { display: inline-block; width: 12px; height: 12px; border-radius: 2px; margin-right: 6px; vertical-align: -1px; }
`;
