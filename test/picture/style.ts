export const style = `
* { box-sizing: border-box; margin: 0; }
body { width: 1200px; padding: 18px 20px; background: #fff; color: #1f2937; font: 10px/1.25 system-ui, sans-serif; }
h1 { font-size: 17px; }
h1 span { font-size: 11px; font-weight: 400; color: #4b5563; margin-left: 6px; }
h2 { font-size: 13px; margin: 12px 0 5px; padding-bottom: 2px; border-bottom: 1px solid #d1d5db; }
div { display: grid; grid-template-columns: repeat(5, 1fr); gap: 8px; }
figure { border: 1px solid #e5e7eb; border-radius: 4px; padding: 5px 6px; min-width: 0; }
figcaption { font-weight: 600; font-size: 10px; min-height: 25px; }
.number figcaption, .alarms figcaption { min-height: 0; }
figcaption i { font-weight: 400; color: #6b7280; }
svg { display: block; width: 100%; margin-top: 3px; border-bottom: 1px solid #9ca3af; }
small { float: right; color: #6b7280; margin-left: 6px; font-size: 9px; }
p { color: #4b5563; font-size: 9px; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
p b { font-size: 8px; margin-right: 2px; }
.empty { color: #9ca3af; padding: 28px 0; text-align: center; }
.number strong { display: block; font-size: 22px; line-height: 1.2; }
.line { fill: none; stroke-width: 1.1; }
.fault { fill: #fef3c7; }
line.warn { stroke: #d97706; stroke-dasharray: 3 2; stroke-width: .7; }
line.bad { stroke: #dc2626; stroke-dasharray: 3 2; stroke-width: .7; }
.alarms { margin-bottom: 8px; }
dl { display: grid; grid-template-columns: 170px 1fr; gap: 1px 8px; margin-top: 3px; }
dd { position: relative; background: #f9fafb; height: 11px; }
dd span { position: absolute; top: 0; bottom: 0; }
dd .fault { background: #fef3c7; }
dd .page { background: #dc2626; top: 2px; bottom: 2px; }
dd .ticket { background: #d97706; top: 2px; bottom: 2px; }
b.page { color: #dc2626; } b.ticket { color: #d97706; }
`;
