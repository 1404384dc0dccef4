# The demo with names instead of keys. Sourced by demo, after the distribution is built.
#
#   gw-a 192.0.2.1 ---- dns 192.0.2.254, 198.51.100.254 ---- 198.51.100.2 gw-b
# shellcheck shell=bash
# shellcheck disable=SC2154 # sites.sh has $id, $work, $ipae
# shellcheck source=zones.sh
. "$(dirname "${BASH_SOURCE[0]}")/zones.sh"

names_network() {
  local ns
  for ns in dns gw-a gw-b; do
    ip netns add "$id-$ns"
    in_ns "$ns" ip link set lo up
  done
  cable gw-a wan dns lan-a
  cable gw-b wan dns lan-b
  in_ns dns sysctl -qw net.ipv4.ip_forward=1
  in_ns dns ip addr add 192.0.2.254/24 dev lan-a
  in_ns dns ip addr add 198.51.100.254/24 dev lan-b
  in_ns gw-a ip addr add 192.0.2.1/24 dev wan
  in_ns gw-b ip addr add 198.51.100.2/24 dev wan
  in_ns gw-a ip route add default via 192.0.2.254
  in_ns gw-b ip route add default via 198.51.100.254
}

names_config() { # SIDE N
  mkdir -m 700 "$work/$1"
  "$ipae" key generate --out "$work/$1/host.key" >/dev/null
  cat >"$work/$1/ipae.toml" <<TOML
name        = "gw-$1.example.net"
private_key = "$work/$1/host.key"
socket      = "$work/$1/ipae.sock"
state_dir   = "$work/$1/state"

[tun]
addresses = ["10.255.0.$2/32"]

[dns]
resolvers     = ["10.53.0.2"]
trust_anchors = "$work/dns/anchor"
update_key    = "$work/dns/update.key"
ttl           = "2s"        # a real zone: an hour, the default
grace         = "2s"        # ten minutes
TOML
}

own_key() { on_gateway "$1" show --json | sed -n 's/^ *"public_key" *: *"\([^"]*\)".*/\1/p' | head -n 1; }

changing() { on_gateway "$1" show --json | grep -q '"key_change" *: *{'; }

settled() { ! changing a && ! changing b; }

# longest_gap FILE: of times, seconds
longest_gap() { awk 'NR > 1 && $1 - last > most { most = $1 - last } { last = $1 } END { printf "%.2f", most }' "$1"; }

names_demo() {
  step "network: gw-a ---- dns ---- gw-b, each in a namespace of its own"
  begin_sites dns
  names_network
  say "  gw-a 192.0.2.1   gw-b 198.51.100.2   between them a router with BIND and Unbound"

  step "two gateways: a name and a key each, and no word about the other one"
  dns_world
  names_config a 1
  names_config b 2
  sed "s|$work/a|/etc/ipae|; s|$work/dns|/etc/ipae|; s/^/  | /" "$work/a/ipae.toml"

  step "ipae dns show on gw-a: its records, and what BIND must grant"
  on_gateway a dns show | sed -n '/^_ipae/,/^;/p; /^update-policy/,/^};/p' | sed '/^;/d; /^$/d; s/^/  /'
  { echo 'update-policy {'; for side in a b; do on_gateway $side dns show | grep '^  grant '; done; echo '};'; } >"$work/policy"
  dns_serve dns "$work/policy"

  step "ipae dns publish on both: BIND takes the records and signs them"
  for side in a b; do on_gateway $side dns publish | sed 's/^/  /'; done

  step "ipae add: a name and a network, no key is copied"
  start a
  start b
  await 100 on_gateway a show >/dev/null 2>&1 && await 100 on_gateway b show >/dev/null 2>&1 || failed "no daemon"
  on_gateway a add --yes gw-b.example.net 10.255.0.2/32 | sed "s|$work/a|/etc/ipae|; s/^/  /"
  on_gateway b add --yes gw-a.example.net 10.255.0.1/32 >/dev/null
  await 100 both_up || failed "the tunnel did not come up"
  in_ns gw-a ping -c 3 -i 0.2 -q 10.255.0.2 | tail -n 2 | sed 's/^/  /'

  step "both change their keys, twice, while TCP copies from gw-a to gw-b"
  say "  TTL and grace are 2 s here, so a change takes some 20 s; with an hour it takes three"
  local line
  line=$(head -c 200000 /dev/zero | tr '\0' x)
  in_ns gw-b socat -u TCP4-LISTEN:7777,reuseaddr - 2>/dev/null \
    | while read -r n _; do echo "$EPOCHREALTIME $n"; done >"$work/times" &
  running[$!]=receiver
  sleep 0.5
  (for ((n = 0; ; n++)); do echo "$n $line"; sleep 0.02; done | in_ns gw-a socat -u - TCP4:10.255.0.2:7777) 2>/dev/null &
  local sender=$! before after i
  running[$sender]=sender
  for i in 1 2; do
    before=$(own_key a)
    on_gateway a key rotate >/dev/null
    on_gateway b key rotate >/dev/null
    [ "$i" = 2 ] || on_gateway a show | sed -n '/^peer/q; s/^ *\(public key\|next key\|key before\|key change\)/  \1/p'
    await 600 settled || failed "the keys did not change"
    after=$(own_key a)
    [ "$before" != "$after" ] || die "  the key of gw-a is the same"
    say "  change $i: gw-a was ${before:0:12}..., is ${after:0:12}..."
  done
  sleep 1
  cp "$work/times" "$work/gaps"
  echo "$EPOCHREALTIME" >>"$work/gaps"
  kill "$sender" 2>/dev/null || true
  awk 'NR > 1 && $2 != last + 1 { exit 1 } { last = $2 }' "$work/times" || die "  something was lost"
  say "  $(wc -l <"$work/times") lines of 200 kB, none lost; longest stall $(longest_gap "$work/gaps") s"
  awk -v s="$(longest_gap "$work/gaps")" 'BEGIN { exit s >= 1 }' || die "  the copy stalled"

  step "ipae show on gw-a"
  on_gateway a show

  step "ipae dns lookup: what a peer makes of four names"
  for name in gw-b.example.net gw.open.net gw.expired.net nobody.example.net; do
    say "  \$ ipae dns lookup $name"
    on_gateway a dns lookup $name | sed '/ ms$/d; s/^/    /' || true
  done
}
