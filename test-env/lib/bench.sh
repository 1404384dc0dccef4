# The parts of bench: samples, the table, JSON, and what /proc and iperf3 tell. Sourced, not run.
# shellcheck shell=bash

declare -A samples=()
rows=() missed=0

# record NAME VALUE
record() { samples[$1]+="$2 "; }

# calc EXPRESSION: of awk, in at most six decimals
calc() { awk "BEGIN { printf \"%.6f\", $1 }"; }

# median_of: of numbers, one a line on stdin: median, least, greatest
median_of() {
  sort -g | awk -v OFMT=%.10g '{ v[NR] = $1 }
    END { if (NR) print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2, v[1], v[NR] }'
}

# row NAME TEXT UNIT DECIMALS [TARGET]: a line of the table, a field of the JSON; TARGET is
# ">=0.8", "<=1000" or "<200"
row() {
  local name=$1 target=${5:-} median least greatest mark='' met=null number=null list
  read -r median least greatest < <(tr ' ' '\n' <<<"${samples[$name]:-}" | grep . | median_of) \
    || die "nothing was measured for $name"
  if [ -n "$target" ]; then
    number=${target//[<>=]/}
    if awk "BEGIN { exit !($median $target) }"; then
      met=true mark=ok
    else
      met=false mark=MISSED missed=$((missed + 1))
    fi
  fi
  printf '%-46s %10.*f  %21s  %-9s %-9s %s\n' "$2" "$4" "$median" \
    "$(printf '%.*f - %.*f' "$4" "$least" "$4" "$greatest")" "$3" "$target" "$mark"
  list=${samples[$name]% }
  rows+=("$(printf '"%s": {"median": %s, "min": %s, "max": %s, "samples": [%s], "target": %s, "met": %s}' \
    "$name" "$median" "$least" "$greatest" "${list// /, }" "$number" "$met")")
}

# cell NAME DECIMALS: median and spread, or a dash
cell() {
  local median least greatest
  read -r median least greatest < <(tr ' ' '\n' <<<"${samples[$1]:-}" | grep . | median_of) || true
  if [ -z "${median:-}" ]; then
    printf '%24s' -
  else
    printf '%24s' "$(printf '%.*f (%.*f - %.*f)' "$2" "$median" "$2" "$least" "$2" "$greatest")"
  fi
}

# more_rows: whatever was measured and is in no row yet goes into the JSON as well
more_rows() {
  local name list median least greatest
  while read -r name; do
    case " ${rows[*]} " in *"\"$name\":"*) continue ;; esac
    read -r median least greatest < <(tr ' ' '\n' <<<"${samples[$name]}" | grep . | median_of)
    list=${samples[$name]% }
    rows+=("$(printf '"%s": {"median": %s, "min": %s, "max": %s, "samples": [%s], "target": null, "met": null}' \
      "$name" "$median" "$least" "$greatest" "${list// /, }")")
  done < <(printf '%s\n' "${!samples[@]}" | sort)
}

heading() {
  printf '\n%-46s %10s  %21s  %-9s %-9s\n' "$1" median "min - max" unit target
  printf '%.0s-' {1..105}
  printf '\n'
}

# json NUMBER_OF_ROUNDS LOAD: every row so far
json() {
  local i
  printf '{\n  "schema": 1,\n  "time": %d,\n  "rounds": %d,\n  "cores": %d,\n  "cpu": "%s",\n  "kernel": "%s",\n  "load_before": %s,\n  "load_after": %s,\n  "missed": %d,\n  "rows": {\n' \
    "$EPOCHSECONDS" "$1" "$(nproc)" "$(sed -n 's/^model name[^:]*: *//p;T;q' /proc/cpuinfo)" "$(uname -r | cut -d- -f1)" "$2" "$(cut -d' ' -f1 /proc/loadavg)" "$missed"
  for i in "${!rows[@]}"; do
    printf '    %s%s\n' "${rows[$i]}" "$([ "$i" = $((${#rows[@]} - 1)) ] || printf ,)"
  done
  printf '  }\n}\n'
}

# cpu_of PID THREAD...: CPU seconds of the process, then of the threads of each name; with several
# lanes those of ipae-out-0, ipae-out-1 ... count as ipae-out
cpu_of() {
  local pid=$1
  shift
  cat "/proc/$pid/stat" "/proc/$pid"/task/*/stat 2>/dev/null \
    | awk -v names="$*" -v hz="$(getconf CLK_TCK)" '
      {
        name = $0; sub(/^[^(]*\(/, "", name); sub(/\)[^)]*$/, "", name); sub(/-[0-9]+$/, "", name)
        rest = $0; sub(/^.*\) /, "", rest); split(rest, f, " ")
        if (NR == 1) all = f[12] + f[13]; else used[name] += f[12] + f[13]
      }
      END {
        printf "%.2f", all / hz
        n = split(names, name_of, " ")
        for (i = 1; i <= n; i++) printf " %.2f", used[name_of[i]] / hz
        printf "\n"
      }'
}

# memory_of PID FIELD: VmRSS or VmHWM in MB
memory_of() { awk -v field="$2:" '$1 == field { printf "%.1f", $2 * 1024 / 1e6 }' "/proc/$1/status"; }

# chart JSON: bars of the four subjects as SVG, each group to its own scale
chart() {
  jq -r '
    def subjects: [["none", "no tunnel", "#9aa5b1"], ["relay", "plaintext relay", "#627d98"],
      ["wireguard", "wireguard-go", "#d97706"], ["ipae", "IPAE", "#0f7b6c"]];
    def groups: [["tcp_1_gbit_s", "one TCP flow, Gbit/s", 2], ["tcp_4_gbit_s", "four TCP flows, Gbit/s", 2],
      ["udp_64_s", "64-byte datagrams/s", 0], ["ping_us", "ping, us", 0], ["cpu_s_per_gb", "CPU of both ends, s/GB", 2]];
    def fixed(n): if n == 0 then round | tostring
      else (. * 100 | round) as $c | "\($c / 100 | floor).\("0\($c % 100)"[-2:])" end;
    . as $j
    | "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"\(70 + 118 * (groups | length))\" font-family=\"sans-serif\" font-size=\"13\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
      "<text x=\"20\" y=\"28\" font-size=\"17\">IPAE beside others, one run, medians of \($j.rounds) rounds</text>",
      "<text x=\"20\" y=\"48\" fill=\"#52606d\">\($j.time | todate | .[0:10]), \($j.cpu), \($j.cores) cores, kernel \($j.kernel); both ends on this machine</text>",
      (groups | to_entries[] | .key as $g | .value as [$metric, $title, $digits]
        | [subjects[] | . + [$j.rows["\(.[0])_\($metric)"].median]] | map(select(.[3] != null)) as $bars
        | ([$bars[][3]] | max | if . == 0 then 1 else . end) as $most
        | "<text x=\"20\" y=\"\(84 + 118 * $g)\" font-weight=\"bold\">\($title)</text>",
          ($bars | to_entries[] | (92 + 118 * $g + 21 * .key) as $y | .value as [$id, $name, $colour, $value]
            | "<text x=\"130\" y=\"\($y + 13)\" text-anchor=\"end\">\($name)</text>",
              "<rect x=\"138\" y=\"\($y)\" width=\"\(520 * $value / $most | . * 10 | round / 10)\" height=\"17\" fill=\"\($colour)\"/>",
              "<text x=\"\(144 + 520 * $value / $most | round)\" y=\"\($y + 13)\">\($value | fixed($digits))</text>")),
      "</svg>"' "$1"
}
