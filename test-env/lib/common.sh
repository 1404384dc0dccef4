# Shared by the commands of test-env. Sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dist="$root/tunnel/target/ipae"

say() { printf '%s\n' "$*"; }
step() { printf '\n\033[1m== %s\033[0m\n' "$*" | if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; }
die() { printf '%s\n' "$*" >&2; exit 1; }

is_root() { [ "$(id -u)" = 0 ]; }

# needs_root WHY: root and /dev/net/tun
needs_root() {
  is_root || die "needs root for $1: sudo test-env/$(basename "$0")"
  [ -c /dev/net/tun ] || die "/dev/net/tun is missing: modprobe tun"
}

# install COMMAND=PACKAGE ...: what is missing, with apt when we may; else one line that says what.
install_missing() {
  local pair missing=()
  for pair in "$@"; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} = 0 ] && return 0
  if is_root && command -v apt-get >/dev/null; then
    say "installing: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    # Name servers and the like come with a service, which is not to be started.
    local policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ]; then policy=; else printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"; fi
    apt-get install -y -qq "${missing[@]}" >/dev/null 2>&1 \
      || { apt-get update -qq >/dev/null && apt-get install -y -qq "${missing[@]}" >/dev/null; } \
      || { rm -f ${policy:+"$policy"}; die "could not install: ${missing[*]}"; }
    rm -f ${policy:+"$policy"}
  else
    die "please install: apt-get install ${missing[*]}"
  fi
}

# Exports JAVA_HOME to a JDK >= 25: from JAVA_HOME, PATH, then the usual folders.
find_java() {
  local candidate version
  for candidate in "${JAVA_HOME:-}" \
      "$(readlink -f "$(command -v javac 2>/dev/null)" 2>/dev/null | sed 's|/bin/javac$||')" \
      /usr/lib/jvm/* /opt/java/* /opt/jdk*; do
    [ -n "$candidate" ] && [ -x "$candidate/bin/javac" ] || continue
    version=$("$candidate/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    if [ "${version:-0}" -ge 25 ]; then
      export JAVA_HOME="$candidate"
      return 0
    fi
  done
  if is_root && command -v apt-get >/dev/null && apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1; then
    install_missing javac25=openjdk-25-jdk-headless
    find_java
    return
  fi
  die "Java 25 or newer is needed: install Temurin 25, or Debian 13's openjdk-25-jdk-headless, or set JAVA_HOME"
}

# as_user COMMAND: as the user who called sudo, so that nothing in the tree belongs to root.
as_user() {
  if is_root && [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ]; then
    sudo -u "$SUDO_USER" -H env JAVA_HOME="$JAVA_HOME" PATH="$PATH" "$@"
  else
    "$@"
  fi
}

# give_back FILE...: what root made belongs to the user who called sudo
give_back() { if [ -n "${SUDO_USER:-}" ]; then chown -R "$SUDO_USER" "$@"; fi; }

maven() { as_user mvn -B -ntp -f "$root/pom.xml" "$@"; }

# newer FILE SOURCE...: whether a file is there and newer than its sources
newer() { [ -e "$1" ] && [ -z "$(find "${@:2}" -newer "$1" -type f -print -quit)" ]; }

# build MODULE: it and what it needs, without its tests; their classes are compiled
build() {
  local log
  install_missing mvn=maven git=git
  log=$(mktemp)
  say "building (the first time downloads the build's tools: a few minutes) ..."
  progress "$log" maven -q -pl "$1" -am package -DskipTests -Djacoco.skip \
    || { tail -n 40 "$log"; rm -f "$log"; die "the build failed"; }
  rm -f "$log"
}

# build_distribution: tunnel/target/ipae, unless it is newer than every source
build_distribution() {
  find_java
  newer "$dist/bin/ipae" "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src/main "$root"/*/src/dist && return
  build tunnel
  as_user touch "$dist/bin/ipae"
}

# build_benchmarks: test-env/benchmarks/target and the distribution, unless they are newer than every source
build_benchmarks() {
  local list=$root/test-env/benchmarks/target/test-classes/META-INF/BenchmarkList
  find_java
  newer "$list" "$root"/pom.xml "$root"/{*,test-env/lab,test-env/benchmarks}/{pom.xml,src} && return
  build test-env/benchmarks
  as_user touch "$dist/bin/ipae" "$list"
}

# benchmarks CLASS ARGUMENT...: a program of test-env/benchmarks, in the folder of the repository
benchmarks() {
  local target=test-env/benchmarks/target status=0
  cd "$root" || return
  mkdir -p test-env/target
  "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC -XX:-UsePerfData --sun-misc-unsafe-memory-access=allow \
    -Dipae.home="$dist" -cp "$target/classes:$target/test-classes:$target/lib/*" "$@" || status=$?
  give_back test-env/target
  return $status
}

# progress LOG COMMAND: runs it with output to LOG, a dot every five seconds.
progress() {
  local log=$1 pid
  shift
  "$@" >"$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.5
    done
    kill -0 "$pid" 2>/dev/null && printf '.'
  done
  printf '\n'
  wait "$pid"
}
