# The parts of check and soak. Sourced, not run.
# shellcheck shell=bash
# shellcheck disable=SC2154 # common.sh has $root and $dist

passed=0 failed=0 skipped=0
lines=()

prepare_tests() {
  install_missing ip=iproute2 ping=iputils-ping tcpdump=tcpdump socat=socat iperf3=iperf3 nft=nftables ethtool=ethtool \
    dnsmasq=dnsmasq-base named=bind9 dnssec-signzone=bind9-utils dig=bind9-dnsutils unbound=unbound knotd=knot faketime=faketime keepalived=keepalived mvn=maven git=git setpriv=util-linux gcc=gcc \
    aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu aarch64-linux-gnu-gcc=libc6-dev-arm64-cross
  find_java
  reports=$(mktemp -d /tmp/ipae-reports.XXXXXX)
  trap 'rm -rf "$reports"' EXIT
}

# kind NAME PASSED FAILED SKIPPED SECONDS
kind() {
  lines+=("$(printf '%-22s %6d passed %4d failed %4d skipped %5d s' "$1" "$2" "$3" "$4" "$5")")
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
}

# count FILE...: tests that passed, failures and errors, skipped, seconds in JUnit's XML reports
count() {
  cat "$@" 2>/dev/null | awk '
    function attribute(name) { return match($0, " " name "=\"[0-9.]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
    /<testsuite / {
      t += attribute("tests"); f += attribute("failures") + attribute("errors"); s += attribute("skipped")
      seconds += attribute("time")
    }
    END { print t - f - s, f + 0, s + 0, int(seconds + 0.5) }'
}

# report NAME FILE...
report() {
  local name=$1
  shift
  [ $# -gt 0 ] && [ -e "$1" ] || return 0
  # shellcheck disable=SC2046
  kind "$name" $(count "$@")
}

# unit_tests MAVEN_OPTION...: of every module, one after the other, its tests in two JVMs
unit_tests() {
  step "build, formatter, static checks, unit, simulation and property tests"
  local status=0 start=$SECONDS module group groups surefire=target/surefire-reports
  { maven -DforkCount=2 -Dmaven.test.failure.ignore=true -pl '!systemd' "$@" clean verify; echo $? >"$reports/maven"; } 2>&1 \
    | grep --line-buffered -E '^\[ERROR\]|^\[INFO\] Tests run:.*Time|^\[INFO\] (IPAE|Reactor|BUILD)|^(24 h|round trips|  first|  cached|  voided|seal|open)|bytes per' \
    | grep --line-buffered -vE 'Help 1|re-run Maven|^\[ERROR\] *$' || true
  status=$(cat "$reports/maven")
  [ -x "$dist/bin/ipae" ] || status=1
  for module in "$root"/*/ "$root"/test-env/*/; do
    [ "$module" = "$root/tunnel/" ] || report "$(basename "$module")" "$module$surefire"/TEST-*.xml
  done
  for group in golden:golden sim:simulation properties:properties architecture:architecture \
      config:configuration control:control cli:command-line; do
    groups+="|${group%%:*}"
    report "tunnel ${group#*:}" "$root/tunnel/$surefire/TEST-org.ipae.tunnel.${group%%:*}".*.xml
  done
  # shellcheck disable=SC2046
  report "tunnel core" $(find "$root/tunnel/$surefire" -name 'TEST-*.xml' 2>/dev/null \
    | grep -vE "tunnel\.(${groups#|})\.")
  if [ "$status" = 0 ]; then
    kind "build and gates" 1 0 0 $((SECONDS - start))
  else
    kind "build and gates" 0 1 0 $((SECONDS - start))
  fi
}

# lab_tests NAME JAVA_OPTION...
lab_tests() {
  local name=$1 out=$reports/${1// /-} start=$SECONDS once=() tests
  shift
  # What offload does not matter to is tagged "once" and runs with it alone.
  [[ " $* " != *" -Dipae.offload=off "* ]] || once=(--exclude-tag=once)
  step "$name: the real distribution in network namespaces"
  [ -x "$dist/bin/ipae" ] || { kind "$name" 0 1 0 0; return; }
  # A copy that has learnt to start quickly: labs start hundreds of daemons and commands.
  [ -d "$reports/ipae" ] || { cp -r "$dist" "$reports/ipae" && "$reports/ipae/bin/ipae" prepare; }
  (cd "$root" && "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Xmx512m -XX:-UsePerfData \
    --sun-misc-unsafe-memory-access=allow -Dipae.home="$reports/ipae" "$@" \
    -cp "test-env/e2e/target/test-classes:test-env/e2e/target/lib/*" \
    org.junit.platform.console.ConsoleLauncher execute --select-package=org.ipae.e2e "${once[@]}" \
    --disable-banner --details=tree --disable-ansi-colors --reports-dir="$out") </dev/null 2>&1 \
    | grep --line-buffered -vE '^$|^Thanks|^\[ +[0-9]+ (containers|tests)|^Test run finished'
  read -ra tests < <(count "$out"/TEST-*.xml)
  [ "${tests[*]:0:3}" != "0 0 0" ] || tests=(0 1 0)
  kind "$name" "${tests[@]:0:3}" $((SECONDS - start))
}

demo_test() {
  step "test-env/demo"
  local start=$SECONDS
  if "$root/test-env/demo" </dev/null >"$reports/demo.txt" 2>&1; then
    kind "demo" 1 0 0 $((SECONDS - start))
    grep -E 'Mbit/s|not UDP' "$reports/demo.txt"
  else
    kind "demo" 0 1 0 $((SECONDS - start))
    tail -n 40 "$reports/demo.txt"
  fi
}

summary() {
  step "summary"
  printf '%s\n' "${lines[@]}"
  say ""
  # "build and gates" is all that Maven took, its tests included.
  say "$((SECONDS / 60)) minutes $((SECONDS % 60)) s"
  say "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
}
