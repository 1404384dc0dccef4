# Name servers of a world of their own: a signed root and net, example.net that takes updates, and
# zones that are wrong; BIND serves them, Unbound resolves. Sourced, not run.
#
#   root 10.53.0.1   net, open.net, expired.net 10.53.0.1   example.net 10.53.0.4
#   resolver 10.53.0.2, which checks no signature
# shellcheck shell=bash
# shellcheck disable=SC2154 # sites.sh has $work

dns_key() { dnssec-keygen -q -f KSK -a ECDSAP256SHA256 -K "$work/dns/keys" "$1" >/dev/null; }

dns_ds() { dnssec-dsfromkey -2 "$work/dns/keys/K$1+"*.key; }

# dns_zone ZONE FILE OPTION...: signs what it reads
dns_zone() {
  {
    printf '$ORIGIN %s\n$TTL 300\n@ IN SOA ns.net. host.net. 1 3600 600 86400 2\n@ IN NS ns.net.\n' "$1"
    cat
  } >"$work/dns/$2"
  dnssec-signzone -q -P -S -z -O full -o "$1" -K "$work/dns/keys" -d "$work/dns" \
    -f "$work/dns/$2.signed" "${@:3}" "$work/dns/$2" >/dev/null
}

# dns_world: makes keys, zones and the trust anchor $work/dns/anchor
dns_world() {
  local z
  mkdir -p "$work/dns/keys" "$work/dns/live"
  for z in . net. expired.net.; do dns_key "$z"; done
  dnssec-keygen -q -k default -K "$work/dns/live" example.net. >/dev/null
  tsig-keygen update >"$work/dns/update.key"
  chmod 600 "$work/dns/update.key"
  echo '_ipae._udp.gw IN SRV 10 0 1138 nothing' | dns_zone expired.net. expired -s 20240101000000 -e 20240201000000
  printf '$TTL 300\n@ IN SOA ns.net. host.net. 1 3600 600 86400 2\n@ IN NS ns.net.\n_ipae._udp.gw IN SRV 10 0 1138 nothing\n' \
    >"$work/dns/open"
  {
    printf 'ns IN A 10.53.0.1\nns4 IN A 10.53.0.4\nexample IN NS ns4\nopen IN NS ns\nexpired IN NS ns\n'
    dns_ds expired.net.
    dnssec-dsfromkey -2 "$work/dns/live/Kexample.net.+"*.key
  } | dns_zone net. net
  { printf 'net. IN NS ns.net.\nns.net. IN A 10.53.0.1\n'; dns_ds net.; } | dns_zone . root
  dns_ds . >"$work/dns/anchor"
}

# dns_serve NS POLICY_FILE: starts the servers; the policy is what the update key may do
dns_serve() {
  local common='listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile none; dnssec-validation no;' a
  for a in 1 2 4; do in_ns "$1" ip addr add "10.53.0.$a/32" dev lo; done
  {
    printf 'options { directory "%s"; listen-on { 10.53.0.1; }; %s };\ncontrols { };\n' "$work/dns" "$common"
    printf 'zone "." { type primary; file "root.signed"; };\nzone "net" { type primary; file "net.signed"; };\n'
    printf 'zone "expired.net" { type primary; file "expired.signed"; };\nzone "open.net" { type primary; file "open"; };\n'
  } >"$work/dns/static.conf"
  printf '$TTL 300\n@ IN SOA ns4.net. host.net. 1 3600 600 86400 2\n@ IN NS ns4.net.\n' >"$work/dns/live/zone"
  {
    printf 'options { directory "%s"; listen-on { 10.53.0.4; }; %s };\ncontrols { };\n' "$work/dns/live" "$common"
    cat "$work/dns/update.key"
    printf 'zone "example.net" { type primary; file "zone"; dnssec-policy default; key-directory "%s";\n' "$work/dns/live"
    cat "$2"
    printf '};\n'
  } >"$work/dns/live.conf"
  printf '. 300 IN NS ns.net.\nns.net. 300 IN A 10.53.0.1\n' >"$work/dns/hints"
  cat >"$work/dns/unbound.conf" <<CONF
server:
  interface: 10.53.0.2
  outgoing-interface: 10.53.0.2
  do-daemonize: no
  chroot: ""
  username: ""
  directory: "$work/dns"
  pidfile: ""
  use-syslog: no
  access-control: 0.0.0.0/0 allow
  do-not-query-localhost: no
  root-hints: "$work/dns/hints"
  module-config: "iterator"
remote-control:
  control-enable: no
CONF
  background named "$1" "$work/dns/static.log" named -g -c "$work/dns/static.conf"
  background named "$1" "$work/dns/live.log" named -g -c "$work/dns/live.conf"
  # Unbound asks a server that was silent only a good while later.
  await 100 dns_answers "$1" 10.53.0.1 net || dns_failed static
  await 100 dns_answers "$1" 10.53.0.4 example.net || dns_failed live
  background unbound "$1" "$work/dns/unbound.log" unbound -d -c "$work/dns/unbound.conf"
  await 100 dns_answers "$1" 10.53.0.2 example.net || dns_failed unbound
}

# dns_answers NS SERVER ZONE: signed
dns_answers() {
  in_ns "$1" dig +tries=1 +time=1 +dnssec "@$2" "$3" SOA | grep -q 'RRSIG'
}

dns_failed() {
  tail -n 15 "$work/dns/$1.log" >&2 || true
  die "the name servers do not answer"
}
