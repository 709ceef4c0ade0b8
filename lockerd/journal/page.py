"""The frame of a custody report: its words that never change, and its style sheet.

Rules.  One file, nothing loaded: no script, no picture, no font, no address.  It prints on A4 with
page numbers and repeated table heads, in black and white as well.  What `report` fills in is
escaped there.
"""

from __future__ import annotations

from string import Template

PAGE = Template(
    """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Custody report: $title</title>
<style>
@page { size: A4; margin: 18mm 16mm 20mm; @bottom-right {
  content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #555 } }
* { box-sizing: border-box }
body { font: 10pt/1.45 "DejaVu Sans", "Liberation Sans", Helvetica, Arial, sans-serif;
  color: #16202a; max-width: 190mm; margin: 10mm auto; padding: 0 8mm; background: #fff }
header { border-bottom: 2pt solid #16202a; padding-bottom: 3mm; margin-bottom: 6mm }
h1 { font-size: 19pt; line-height: 1.2; margin: 0 0 1mm } h2 { font-size: 13pt; margin: 8mm 0 2mm }
h3 { font-size: 10.5pt; margin: 5mm 0 2mm } p { margin: 0 0 2.5mm } a { color: #0b4f8a }
ul { margin: 0 0 3mm; padding-left: 5mm }
.id, .sure, footer { color: #55616d; font-size: 8.5pt } .sure { display: block; font-size: 7.5pt }
.mono, pre { font-family: "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: 7.5pt;
  overflow-wrap: anywhere }
pre { background: #f3f5f7; border: .5pt solid #c9d0d6; padding: 3mm; white-space: pre-wrap }
dl.facts { display: grid; grid-template-columns: 38mm 1fr; gap: 1mm 4mm; margin: 0 0 4mm }
dl.facts dt { color: #55616d } dl.facts dd { margin: 0; overflow-wrap: anywhere }
dl.classes { display: grid; grid-template-columns: 26mm 1fr; gap: 1.2mm 4mm; margin: 0 0 4mm }
dl.classes dd { margin: 0 }
table { width: 100%; border-collapse: collapse; font-size: 8.5pt; margin: 0 0 4mm }
th { text-align: left; border-bottom: 1pt solid #16202a; padding: 1mm 1.5mm; font-size: 8pt }
td { border-bottom: .5pt solid #d5dade; padding: 1.2mm 1.5mm; vertical-align: top;
  overflow-wrap: anywhere }
.n { text-align: right; white-space: nowrap } time { white-space: nowrap }
tr.none td, tr.around td { color: #66717c } tr.none td { font-style: italic }
.badge { display: inline-block; border: .75pt solid #55616d; border-radius: 2pt; padding: 0 1.2mm;
  font-size: 7.5pt; white-space: nowrap; color: #16202a }
.opened, .closed { border-width: 1.5pt; font-weight: bold } .commanded { border-style: dashed }
.signed { border-style: double; border-width: 2.5pt }
.pad { border: .5pt solid #c9d0d6; padding: 3mm; margin: 0 0 3mm; max-width: 110mm }
.signature { display: block; width: 100%; max-height: 45mm }
.warning { border: 1.5pt solid #8a3b00; padding: 2mm 3mm; font-weight: bold; color: #8a3b00 }
footer { border-top: .5pt solid #c9d0d6; margin-top: 8mm; padding-top: 2mm }
@media print { body { max-width: none; margin: 0; padding: 0 } a { color: inherit;
  text-decoration: none } thead { display: table-header-group }
  tr, pre, dl.facts { break-inside: avoid } h2, h3 { break-after: avoid }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
</style>
</head>
<body>
<header>
<h1>Custody report: $title</h1>
<p>Cabinet <b>$origin</b>. This report rests on $entries entries of its record of $size; the last of
them was written $until</p>
</header>
$simulated
<p>The record is an append-only log that the cabinet signs. Each entry named here has its number
and its own receipt in the folder <b>events</b> beside this page; the receipts prove what the
entries say, this page only reads them aloud.</p>
$handovers
<h2>Classes of evidence</h2>
<dl class=classes>$classes</dl>
<h2>Everything in order</h2>
<p>Grey lines are not about the item or its compartment: they happened to the cabinet while the item
lay there, or say who was allowed to act.</p>
$timeline
<h2>Decisions by people</h2>
$decisions
<h2>Who acted, and who let them</h2>
$people
<h2>What this record cannot show</h2>
<ul>
<li>Who stood at the cabinet: a code proves only that whoever typed or scanned it had it.</li>
<li>What was in a person's hands: a door that was seen to open and close does not say what was
taken.</li>
<li>Whether a name is true: it is what was typed.</li>
<li>The exact time: times are those of the cabinet's clock and carry their own doubt. The order of
the entries is certain.</li>
<li>That nothing came later: ask for the record's newest head.</li>
</ul>
<h2>How to check it</h2>
<p>In the folder of this page, with openssl, a shell and <b>verify-receipt.sh</b>, which comes with
the program's source. The first four lines check the cabinet's signature on <b>checkpoint</b>, the
fifth every receipt under it. Or, with the program: <b>lockerctl receipt verify FILE --vkey
vkey</b>. Compare the key below with one from someone you trust: a key that comes with a record
proves nothing about who made it.</p>
<pre>$recipe</pre>
$keys
<footer>Made from the entries alone; the same entries make the same page.</footer>
</body>
</html>
"""
)
