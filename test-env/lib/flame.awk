# Folded stacks (fold.awk), sorted, on stdin; a flame graph as SVG. -v title=TEXT
# Width is time, a caller lies below what it called, the order from left to right means nothing.
function colour(name) {
  if (name ~ /_k$/) return "#d97706"
  if (name ~ /_j$/) return "#3aa17e"
  if (name ~ /_n$/) return "#8aa1b8"
  return "#cbd2d9"
}
function escape(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); return text }
function close_down_to(d) {
  for (; open > d; open--) {
    n++
    at[n] = open; from[n] = start[open]; upto[n] = x; label[n] = name[open]
  }
}
{
  samples = $NF
  sub(/ [0-9]+$/, "")
  parts = split($0, part, ";")
  for (same = 0; same < open && same < parts && name[same + 1] == part[same + 1]; same++);
  close_down_to(same)
  for (d = same + 1; d <= parts; d++) { name[d] = part[d]; start[d] = x }
  open = parts
  x += samples
}
END {
  close_down_to(0)
  least = x / 1000 # narrower frames are left out
  deepest = 1
  for (i = 1; i <= n; i++) if (upto[i] - from[i] >= least && at[i] > deepest) deepest = at[i]
  width = 1200; row = 15; height = 56 + deepest * row
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"monospace\" font-size=\"10\">\n", width + 20, height
  print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
  printf "<text x=\"10\" y=\"18\" font-size=\"14\" font-family=\"sans-serif\">%s</text>\n", escape(title)
  print "<text x=\"10\" y=\"34\" font-family=\"sans-serif\" font-size=\"11\">width: share of CPU time; orange: kernel, green: Java, blue: native code</text>"
  for (i = 1; i <= n; i++) {
    wide = upto[i] - from[i]
    if (wide < least) continue
    left = 10 + from[i] * width / x; w = wide * width / x; y = height - 6 - at[i] * row
    text = label[i]; sub(/_[kjn]$/, "", text)
    printf "<g><title>%s: %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\" stroke=\"white\" stroke-width=\"0.5\"/>", escape(text), 100 * wide / x, left, y, w, row - 1, colour(label[i])
    shown = int((w - 4) / 6.1)
    if (shown >= 4) printf "<text x=\"%.1f\" y=\"%d\">%s</text>", left + 2, y + 10, escape(substr(text, 1, shown))
    print "</g>"
  }
  print "</svg>"
}
