"""How the page of plots looks: light and dark, wide and narrow."""

STYLE = """
:root{color-scheme:light dark;--back:#fff;--front:#1d1f24;--soft:#5c616b;--line:#dcdfe4;--card:#f5f6f8;
--c0:#2266b8;--c1:#d9830c;--c2:#13886a;--c3:#b8528d;--c4:#4aa3d8;--c5:#c2461f;--c6:#8a7500;--c7:#6a55b5;--c8:#868b94}
@media(prefers-color-scheme:dark){:root{--back:#15171b;--front:#e8eaee;--soft:#a2a8b3;--line:#343841;--card:#1e2127;
--c0:#5b9be6;--c1:#f0a94a;--c2:#45bd9b;--c3:#df86b9;--c4:#82c8ef;--c5:#ee7f5b;--c6:#d3bd3f;--c7:#a493ea;--c8:#9aa0aa}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.25rem 1rem 3rem;max-width:64rem;background:var(--back);color:var(--front);
font:16px/1.45 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2.25rem 0 .5rem}
p{margin:.25rem 0}.soft,.none{color:var(--soft)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.6rem;margin:1.25rem 0}
dl div{background:var(--card);border-radius:.5rem;padding:.6rem .75rem}
dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.2rem;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.plot{display:grid;grid-template-columns:auto 1fr;column-gap:.5rem}
.plot svg{width:100%;height:14rem;display:block;overflow:visible}
.ticks{display:flex;flex-direction:column;justify-content:space-between;text-align:right;height:14rem;line-height:0}
.ends{grid-column:2;display:flex;justify-content:space-between;padding-top:.35rem}
.ticks,.ends{color:var(--soft);font-size:.8rem;font-variant-numeric:tabular-nums}
.grid line{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;margin:.6rem 0;padding:0;font-size:.9rem}
.legend li,.name{overflow-wrap:anywhere}
.swatch{width:.8em;height:.8em;vertical-align:-.05em}
.bars{list-style:none;margin:.5rem 0;padding:0}
.bars li{display:grid;grid-template-columns:minmax(6rem,30%) 1fr minmax(5rem,auto);gap:.75rem;align-items:center;padding:.2rem 0}
.bar{width:100%;height:1rem;display:block}.text{text-align:right;font-variant-numeric:tabular-nums}
.mark{fill:var(--front)}
.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}
.c5{fill:var(--c5)}.c6{fill:var(--c6)}.c7{fill:var(--c7)}.c8{fill:var(--c8)}
details{margin:.4rem 0}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem .25rem 0;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child{text-align:left}th{font-weight:500}
@media(max-width:34rem){.bars li{grid-template-columns:1fr auto}.bars .bar{grid-column:1/-1;grid-row:2}.plot svg,.ticks{height:11rem}}
"""
