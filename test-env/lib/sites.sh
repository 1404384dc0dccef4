# Two gateways in network namespaces, a LAN host behind each, the distribution on both: for demo and
# profile. Sourced, not run.
#
#   lan-a 10.1.0.2 ---- gw-a 192.0.2.1 ==== 192.0.2.2 gw-b ---- 10.2.0.2 lan-b
#         fd00:1::2     lan        wan      wan        lan      fd00:2::2
#   inside the tunnel:  10.255.0.1                10.255.0.2
#                       fd00:255::1               fd00:255::2
# shellcheck shell=bash

declare -A running=() # pid: what it is; ended with the script
declare -A daemon=() # side: pid
# shellcheck disable=SC2154 # common.sh has $dist
ipae=$dist/bin/ipae

# begin_sites NAME: sets $id and $work; at its end the script takes everything away
begin_sites() {
  id="ipae$1$$"
  work=$(mktemp -d "/tmp/ipae-$1.XXXXXX")
  trap cleanup EXIT
  trap 'exit 130' INT TERM
}

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
  for ns in lan-a gw-a gw-b lan-b dns; do ip netns del "$id-$ns" 2>/dev/null; done
  rm -rf "$work"
}

failed() {
  tail -n 15 "$work"/?/log >&2 || true
  die "$1"
}

in_ns() { local ns=$1; shift; ip netns exec "$id-$ns" "$@"; }

# background NAME NS OUTPUT COMMAND...: sets $pid
background() {
  ip netns exec "$id-$2" "${@:4}" >"$3" 2>&1 </dev/null &
  pid=$!
  running[$pid]=$1
}

# await TRIES COMMAND...: until it succeeds, every 0.1 s
await() {
  local tries=$1
  shift
  until "$@"; do
    [ $((tries -= 1)) -gt 0 ] || return 1
    sleep 0.1
  done
}

cable() { # NS1 IF1 NS2 IF2
  ip link add "$2" netns "$id-$1" type veth peer name "$4" netns "$id-$3"
  in_ns "$1" ip link set "$2" up
  in_ns "$3" ip link set "$4" up
}

# build_sites: namespaces, the cables between them, addresses and routes of the LANs
build_sites() {
  local ns side n
  for ns in lan-a gw-a gw-b lan-b; do
    ip netns add "$id-$ns"
    in_ns "$ns" ip link set lo up
    in_ns "$ns" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  done
  cable lan-a eth0 gw-a lan
  cable gw-a wan gw-b wan
  cable gw-b lan lan-b eth0
  for side in a b; do
    n=1
    [ $side = a ] || n=2
    in_ns gw-$side ip addr add "192.0.2.$n/24" dev wan
    in_ns gw-$side ip addr add "10.$n.0.1/24" dev lan
    in_ns gw-$side ip addr add "fd00:$n::1/64" dev lan nodad
    in_ns lan-$side ip addr add "10.$n.0.2/24" dev eth0
    in_ns lan-$side ip addr add "fd00:$n::2/64" dev eth0 nodad
    in_ns lan-$side ip route add default via "10.$n.0.1"
    in_ns lan-$side ip -6 route add default via "fd00:$n::1"
  done
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
addresses = ["10.255.0.$2/32", "fd00:255::$2/128"]

[[peer]]
name     = "gw-$3"
key      = "$key"
endpoint = "192.0.2.$4:1138"
routes   = ["10.$4.0.0/24", "fd00:$4::/64", "10.255.0.$4/32", "fd00:255::$4/128"]
TOML
}

write_configs() {
  local side
  mkdir -m 700 "$work/a" "$work/b"
  for side in a b; do "$ipae" key generate --out "$work/$side/host.key" >"$work/$side/key.txt"; done
  write_config a 1 b 2
  write_config b 2 a 1
}

# shellcheck disable=SC2034 # profile reads $daemon
start() { # SIDE
  background "gw-$1" "gw-$1" "$work/$1/log" "$ipae" run --config "$work/$1/ipae.toml"
  daemon[$1]=$pid
}

# on_gateway SIDE COMMAND...: of ipae
on_gateway() { in_ns "gw-$1" "$ipae" "${@:2}" --config "$work/$1/ipae.toml"; }

up() { on_gateway "$1" show --json 2>/dev/null | grep -q '"up" *: *true'; }
both_up() { up a && up b; }
