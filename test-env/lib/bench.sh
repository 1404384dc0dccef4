# The parts of bench: samples, the table, JSON, and what /proc and iperf3 tell. Sourced, not run.
# shellcheck shell=bash

declare -A samples=()
rows=() missed=0

# record NAME VALUE
record() { samples[$1]+="$2 "; }

# clock: microseconds since 1970, in $now; forks nothing
# shellcheck disable=SC2034 # bench reads it
clock() { now=${EPOCHREALTIME/[.,]/}; }

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

heading() {
  printf '\n%-46s %10s  %21s  %-9s %-9s\n' "$1" median "min - max" unit target
  printf '%.0s-' {1..105}
  printf '\n'
}

# json NUMBER_OF_ROUNDS LOAD: every row so far
json() {
  local i
  printf '{\n  "schema": 1,\n  "time": %d,\n  "rounds": %d,\n  "cores": %d,\n  "load_before": %s,\n  "load_after": %s,\n  "missed": %d,\n  "rows": {\n' \
    "$EPOCHSECONDS" "$1" "$(nproc)" "$2" "$(cut -d' ' -f1 /proc/loadavg)" "$missed"
  for i in "${!rows[@]}"; do
    printf '    %s%s\n' "${rows[$i]}" "$([ "$i" = $((${#rows[@]} - 1)) ] || printf ,)"
  done
  printf '  }\n}\n'
}

# cpu_of PID THREAD...: CPU seconds of the process, then of each thread of that name
cpu_of() {
  local pid=$1
  shift
  cat "/proc/$pid/stat" "/proc/$pid"/task/*/stat 2>/dev/null \
    | awk -v names="$*" -v hz="$(getconf CLK_TCK)" '
      {
        name = $0; sub(/^[^(]*\(/, "", name); sub(/\)[^)]*$/, "", name)
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
