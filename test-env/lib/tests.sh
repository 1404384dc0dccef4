# The parts of check and soak. Sourced, not run.
# shellcheck shell=bash

passed=0 failed=0 skipped=0
lines=()

prepare_tests() {
  install_missing ip=iproute2 ping=iputils-ping tcpdump=tcpdump socat=socat iperf3=iperf3 nft=nftables ethtool=ethtool \
    mvn=maven git=git setpriv=util-linux gcc=gcc \
    aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu aarch64-linux-gnu-gcc=libc6-dev-arm64-cross
  find_java
  reports=$(mktemp -d /tmp/ipae-reports.XXXXXX)
  trap 'rm -rf "$reports"' EXIT
}

# kind NAME PASSED FAILED SKIPPED
kind() {
  lines+=("$(printf '%-22s %6d passed %4d failed %4d skipped' "$1" "$2" "$3" "$4")")
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
}

# count PATTERN FILE...: tests, failures and errors, skipped in JUnit's XML reports
count() {
  cat "$@" 2>/dev/null | awk '
    /<testsuite / {
      match($0, / tests="[0-9]+"/);    t += substr($0, RSTART + 8, RLENGTH - 9)
      match($0, / failures="[0-9]+"/); f += substr($0, RSTART + 11, RLENGTH - 12)
      match($0, / errors="[0-9]+"/);   f += substr($0, RSTART + 9, RLENGTH - 10)
      match($0, / skipped="[0-9]+"/);  s += substr($0, RSTART + 10, RLENGTH - 11)
    }
    END { print t - f - s, f + 0, s + 0 }'
}

# unit_tests MAVEN_OPTION...
unit_tests() {
  step "build, formatter, static checks, unit, simulation and property tests"
  local status=0 start=$SECONDS
  { maven -Dmaven.test.failure.ignore=true "$@" clean verify; echo $? >"$reports/maven"; } 2>&1 \
    | grep --line-buffered -E '^\[ERROR\]|^\[INFO\] Tests run:.*Time|^\[INFO\] (IPAE|Reactor|BUILD)|^(24 h|round trips|  first|  cached|  voided|seal|open)|bytes per' \
    | grep --line-buffered -vE 'Help 1|re-run Maven|^\[ERROR\] *$' || true
  status=$(cat "$reports/maven")
  [ -x "$dist/bin/ipae" ] || status=1
  local surefire=target/surefire-reports
  report "crypto" "$root/crypto/$surefire"/TEST-*.xml
  report "native-tun" "$root/native-tun/$surefire"/TEST-*.xml
  local group
  for group in golden:golden sim:simulation properties:properties architecture:architecture \
      config:configuration control:control cli:command-line; do
    report "tunnel ${group#*:}" "$root/tunnel/$surefire/TEST-org.ipae.tunnel.${group%%:*}".*.xml
  done
  report "tunnel core" $(ls "$root/tunnel/$surefire"/TEST-*.xml 2>/dev/null \
    | grep -vE 'tunnel\.(golden|sim|properties|architecture|config|control|cli)\.')
  if [ "$status" = 0 ]; then
    kind "build and gates" 1 0 0
  else
    kind "build and gates" 0 1 0
  fi
  say "  took $((SECONDS - start)) s"
}

# report NAME FILE...
report() {
  local name=$1
  shift
  [ $# -gt 0 ] && [ -e "$1" ] || return 0
  # shellcheck disable=SC2046
  kind "$name" $(count "$@")
}

# lab_tests NAME JAVA_OPTION...
lab_tests() {
  local name=$1 out=$reports/${1// /-} start=$SECONDS once=()
  shift
  # What offload does not matter to is tagged "once" and runs with it alone.
  [[ " $* " != *" -Dipae.offload=off "* ]] || once=(--exclude-tag=once)
  step "$name: the real distribution in network namespaces"
  (cd "$root" && "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Xmx512m \
    --sun-misc-unsafe-memory-access=allow -Dipae.home="$dist" "$@" \
    -cp "test-env/target/test-classes:test-env/target/lib/*" \
    org.junit.platform.console.ConsoleLauncher execute --select-package=org.ipae.e2e "${once[@]}" \
    --disable-banner --details=tree --disable-ansi-colors --reports-dir="$out") </dev/null 2>&1 \
    | grep --line-buffered -vE '^$|^Thanks|^\[ +[0-9]+ (containers|tests)|^Test run finished'
  if ls "$out"/TEST-*.xml >/dev/null 2>&1; then
    report "$name" "$out"/TEST-*.xml
  else
    kind "$name" 0 1 0
  fi
  say "  took $((SECONDS - start)) s"
}

demo_test() {
  step "test-env/demo"
  local start=$SECONDS
  if "$root/test-env/demo" </dev/null >"$reports/demo.txt" 2>&1; then
    kind "demo" 1 0 0
    grep -E 'Mbit/s|not UDP' "$reports/demo.txt"
  else
    kind "demo" 0 1 0
    tail -n 40 "$reports/demo.txt"
  fi
  say "  took $((SECONDS - start)) s"
}

summary() {
  step "summary"
  printf '%s\n' "${lines[@]}"
  say ""
  say "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
}
