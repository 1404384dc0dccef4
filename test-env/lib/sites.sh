# Two gateways in network namespaces, a LAN host behind each, the distribution on both. Sourced, not
# run. gw-a and gw-b have 192.0.2.1 and .2; what the LANs are called is the caller's matter.
# shellcheck shell=bash

declare -A running=() # pid: what it is; ended with the script
declare -A daemon=() # side: pid

# begin_sites NAME [prepared]: sets $id, $work and $ipae, a copy of the distribution: a build that goes on
# meanwhile does no harm. At its end the script takes everything away.
begin_sites() {
  id="ipae$1$$"
  work=$(mktemp -d "/tmp/ipae-$1.XXXXXX")
  trap cleanup EXIT
  trap 'exit 130' INT TERM
  cp -r "$dist" "$work/ipae"
  ipae=$work/ipae/bin/ipae
  [ "${2:-}" != prepared ] || "$ipae" prepare >/dev/null || die "ipae prepare failed"
  # A read that times out is a sleep that forks nothing.
  mkfifo "$work/never"
  exec {never}<>"$work/never"
}

# clock: microseconds since 1970, in $now; forks nothing
clock() { now=${EPOCHREALTIME/[.,]/}; }

cleanup() {
  set +e
  trap '' INT TERM
  local pid ns
  for pid in "${!running[@]}"; do kill "$pid" 2>/dev/null; done
  for _ in {1..50}; do
    [ -n "$(jobs -rp)" ] || break
    sleep 0.1
  done
  for pid in "${!running[@]}"; do kill -9 "$pid" 2>/dev/null; done
  wait
  for ns in lan-a gw-a gw-b lan-b; do ip netns del "$id-$ns" 2>/dev/null; done
  rm -rf "$work"
}

failed() {
  tail -n 15 "$work"/?/log >&2 || true
  die "$1"
}

in_ns() { local ns=$1; shift; ip netns exec "$id-$ns" "$@"; }

# measure NS COMMAND...: in the background, so that a signal need not wait for its end; output to
# $work/out
measure() {
  local ns=$1 pid status=0
  shift
  ip netns exec "$id-$ns" timeout -k 2 40 "$@" >"$work/out" 2>"$work/err" </dev/null &
  pid=$!
  running[$pid]=$1
  wait "$pid" || status=$?
  unset "running[$pid]"
  return $status
}

cable() { # NS1 IF1 NS2 IF2
  ip link add "$2" netns "$id-$1" type veth peer name "$4" netns "$id-$3"
  in_ns "$1" ip link set "$2" up
  in_ns "$3" ip link set "$4" up
}

# build_sites: namespaces and the cables between them
build_sites() {
  local ns
  for ns in lan-a gw-a gw-b lan-b; do
    ip netns add "$id-$ns"
    in_ns "$ns" ip link set lo up
    in_ns "$ns" sysctl -qw net.ipv4.ip_forward=1
  done
  cable lan-a eth0 gw-a lan
  cable gw-a wan gw-b wan
  cable gw-b lan lan-b eth0
}

write_config() { # SIDE N OTHER OTHER_N
  local key
  key=$("$ipae" key show "$work/$3/host.key")
  cat >"$work/$1/ipae.toml" <<TOML
name        = "gw-$1"
private_key = "$work/$1/host.key"
socket      = "$work/$1/ipae.sock"
state_dir   = "$work/$1/state"

[tun]
addresses = ["10.255.0.$2/32"]

[[peer]]
name     = "gw-$3"
key      = "$key"
endpoint = "192.0.2.$4:1138"
routes   = ["10.$4.0.0/24", "10.255.0.$4/32"]
TOML
}

write_configs() {
  local side
  mkdir -m 700 "$work/a" "$work/b"
  for side in a b; do "$ipae" key generate --out "$work/$side/host.key" >"$work/$side/key.txt"; done
  write_config a 1 b 2
  write_config b 2 a 1
}

# shellcheck disable=SC2034 # bench reads $started
start() { # SIDE
  : >"$work/$1/log"
  clock
  started=$now
  ip netns exec "$id-gw-$1" "$ipae" run --config "$work/$1/ipae.toml" \
    >"$work/$1/out" 2>"$work/$1/log" </dev/null &
  daemon[$1]=$!
  running[$!]=gw-$1
}

stop() { # SIDE
  local pid=${daemon[$1]}
  kill "$pid"
  wait "$pid" || true
  cat "$work/$1/log" >>"$work/$1/log.old"
  unset "running[$pid]"
}
status() { in_ns "gw-$1" "$ipae" show --json --config "$work/$1/ipae.toml" 2>/dev/null; }

nap() { read -rt "$1" -u "$never" _ || true; }
# holds FILE TEXT: without a process of its own
holds() {
  local text=
  IFS= read -rd '' text <"$1" || true
  [[ $text == *"$2"* ]]
}

await() { # TRIES COMMAND...
  local tries=$1
  shift
  until "$@"; do
    [ $((tries -= 1)) -gt 0 ] || return 1
    nap 0.1
  done
}
