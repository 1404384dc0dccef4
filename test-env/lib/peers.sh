# The tunnels that bench compares with. Sourced, not run.
# shellcheck shell=bash

# find_wireguard DIR: the newest wireguard-go, in $wireguard; from $WIREGUARD_GO, else from Debian's
# unstable suite by the mirror that apt knows, unpacked into DIR and not installed; else empty
find_wireguard() {
  local dir=$1 mirror apt
  wireguard=${WIREGUARD_GO:-}
  if [ -n "$wireguard" ]; then
    [ -x "$wireguard" ] || die "WIREGUARD_GO=$wireguard is no program"
    return
  fi
  wireguard=$dir/usr/bin/wireguard-go
  if [ -x "$wireguard" ]; then return; fi
  wireguard=
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null \
    | sed -nE 's/^(URIs:|deb( \[[^]]*\])?) +(https?:\/\/[^ ]+\/debian\/?)( .*)?$/\3/p' | sed -n 1p || true)
  [ -n "$mirror" ] || return 0
  mkdir -p "$dir/lists/partial" "$dir/archives/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$dir/sources.list"
  apt=(-o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir" -o APT::Sandbox::User=root)
  if (cd "$dir" && apt-get -qq "${apt[@]}" update && apt-get -qq "${apt[@]}" download wireguard-go \
      && dpkg -x wireguard-go_*.deb .) >/dev/null 2>&1; then
    wireguard=$dir/usr/bin/wireguard-go
  fi
  rm -rf "$dir/lists" "$dir/archives" "$dir"/*.deb
}

# build_rate FILE: source and sink of datagrams, from its source
build_rate() { gcc -O2 -Wall -Wextra -o "$1" "$root/test-env/rate/udp-rate.c"; }

# build_relay FILE: the plaintext relay, from its source
build_relay() { gcc -O2 -Wall -Wextra -o "$1" "$root/test-env/relay/plaintext-relay.c" -lpthread; }
