# perf script -F comm,tid,ip,sym,dso on stdin; one line a stack: "thread;caller;callee kind count".
# kind of a frame, as its last character: k kernel, j Java, n native.
function flush_stack(   i, line) {
  if (thread == "") return
  line = thread
  for (i = depth; i >= 1; i--) line = line ";" frame[i]
  count[line]++
  thread = ""
}
/^[^ \t#]/ || /^ +[^ \t]+.* [0-9]+ *$/ {
  flush_stack()
  thread = $0
  sub(/ +[0-9]+ *$/, "", thread); sub(/^ +/, "", thread)
  gsub(/[; ]/, "_", thread)
  if (thread ~ /^swapper/) thread = "idle"
  sub(/-[0-9]+$/, "", thread) # the lanes of a direction are one
  if (thread !~ /^(idle|ipae-(in|out|control)|iperf3)$/) thread = "other"
  depth = 0
  next
}
/^[ \t]+[0-9a-f]+ / {
  name = $0
  dso = name; sub(/^.*\(/, "", dso); sub(/\)[ \t]*$/, "", dso)
  sub(/^[ \t]+[0-9a-f]+ +/, "", name); sub(/ +\([^(]*\)[ \t]*$/, "", name)
  kind = dso ~ /kernel|vmlinux|\.ko/ ? "k" : (dso ~ /\.map$|^\[?JIT/ ? "j" : "n")
  if (name ~ /^StubRoutines/) { # what the JVM has in assembly: "StubRoutines (compilerstubs)"
    gsub(/[ ()]+/, "_", name); sub(/_$/, "", name)
  } else if (kind == "j" && name ~ /\(.*\)/) { # a method: without its types and packages
    sub(/\(.*$/, "", name); sub(/^.* /, "", name)
    parts = split(name, part, ".")
    if (parts > 1) name = part[parts - 1] "." part[parts]
  }
  sub(/\+0x[0-9a-f]+$/, "", name)
  gsub(/[; ]/, "_", name)
  if (name == "[unknown]") next
  frame[++depth] = name "_" kind
}
END { flush_stack(); for (line in count) print line, count[line] }
