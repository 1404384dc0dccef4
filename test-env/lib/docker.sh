# A Docker of the tests' own, in a network namespace of its own. Sourced, not run.
# shellcheck shell=bash
# shellcheck disable=SC2154 # common.sh has $root

docker_work='' docker_ns='' dockerd_pid=''

# begin_docker: starts dockerd; ends with the script
begin_docker() {
  install_missing dockerd=docker.io ip=iproute2 mmdebstrap=mmdebstrap nsenter=util-linux
  docker_work=$(mktemp -d /tmp/ipae-docker.XXXXXX)
  docker_ns=ipae-docker-$$
  trap end_docker EXIT
  trap 'exit 130' INT TERM
  ip netns add "$docker_ns"
  ip -n "$docker_ns" link set lo up
  # Not ip netns exec: it hides the cgroup mounts.
  nsenter --net="/run/netns/$docker_ns" dockerd --data-root "$docker_work/data" --exec-root "$docker_work/exec" \
    --host "unix://$docker_work/docker.sock" --pidfile "$docker_work/pid" >"$docker_work/log" 2>&1 </dev/null &
  dockerd_pid=$!
  export DOCKER_HOST=unix://$docker_work/docker.sock
  local i
  for ((i = 0; i < 100; i++)); do
    docker version >/dev/null 2>&1 && return 0
    kill -0 "$dockerd_pid" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 20 "$docker_work/log" >&2
  die "dockerd does not start"
}

end_docker() {
  local mount
  if [ -n "$dockerd_pid" ]; then
    docker ps -aq 2>/dev/null | xargs -r docker rm -f >/dev/null 2>&1
    kill "$dockerd_pid" 2>/dev/null
    wait "$dockerd_pid" 2>/dev/null
  fi
  [ -z "$docker_ns" ] || ip netns del "$docker_ns" 2>/dev/null
  if [ -n "$docker_work" ]; then
    awk -v w="$docker_work" 'index($2, w) == 1 { print $2 }' /proc/mounts | sort -r \
      | while read -r mount; do umount -l "$mount" 2>/dev/null; done
    rm -rf "$docker_work"
  fi
}

# debian_image NAME PACKAGE,...: made of Debian's packages, where no registry is needed
debian_image() {
  mmdebstrap --quiet --variant=minbase --include="$2" --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' bookworm "$docker_work/image.tar" >"$docker_work/mmdebstrap.log" 2>&1 \
    || { tail -n 20 "$docker_work/mmdebstrap.log" >&2; die "mmdebstrap has failed"; }
  docker import "$docker_work/image.tar" "$1" >/dev/null
  rm -f "$docker_work/image.tar"
}
