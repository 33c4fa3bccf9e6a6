#!/bin/bash
# tests/fresh_machine.sh -- prove the two commands of the README on a bare Debian 12: nothing but git and make.
#
#   tests/fresh_machine.sh            make the machine if need be, clone HEAD into it, `make test`, `make run </dev/null`
#   tests/fresh_machine.sh --prepare  only make the machine (a tarball, reused by later calls)
#
# Needs root (chroot, mount) and the package debootstrap. FRESH_MACHINE names the machine's folder; the tarball lies
# beside it. The machine's apt uses the mirrors and proxies this machine uses, and nothing else of it.
set -u -o pipefail

machine=${FRESH_MACHINE:-/tmp/fresh-debian}
tarball=$machine.tar
release=bookworm

say() { printf 'fresh machine: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

# The mirrors of this machine's Debian sources, one "URI suite label" a line; other vendors' sources stay outside.
debian_sources()
{
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(LABEL)' 'Created-By: Packages' |
        grep -E ' Debian(-Security)?$' | sort -u
}

write_apt_settings()
{
    local root=$1
    debian_sources | while read -r uri suite _; do
        printf 'deb %s %s main\n' "${uri%/}" "$suite"
    done | sort -u > "$root/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::(http|https|Check|Retries)' > "$root/etc/apt/apt.conf.d/90mirror"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
}

make_tarball()
{
    command -v debootstrap > /dev/null || die "the package debootstrap is missing: apt-get install debootstrap"
    local mirror
    mirror=$(debian_sources | awk -v suite="$release" '$2 == suite && $3 == "Debian" { print $1; exit }')
    [ -n "$mirror" ] || mirror=http://deb.debian.org/debian
    local packages=git,make
    case $mirror in https:*) packages=$packages,ca-certificates ;; esac

    say "making Debian $release in $machine from $mirror"
    rm -rf "$machine"
    debootstrap --variant=minbase --include="$packages" "$release" "$machine" "$mirror" > "$machine.log" 2>&1 ||
        die "debootstrap failed, see $machine.log"
    write_apt_settings "$machine"
    rm -f "$machine"/var/cache/apt/archives/*.deb
    tar -C "$machine" -cf "$tarball.part" . && mv "$tarball.part" "$tarball" || die "cannot write $tarball"
}

# Runs "$@" in the machine. The mounts live in a namespace of their own: they vanish with the command, whatever happens.
inside()
{
    # shellcheck disable=SC2016 # $0 and $@ belong to the inner shell
    unshare --mount --pid --fork sh -c '
        mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" || exit 1
        exec chroot "$0" "$@"' "$machine" \
        /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} "$@"
}

# Runs a command line in the clone, shows its last lines, and says how long it took.
timed_inside()
{
    local title=$1 command_line=$2 log=$3 status started=$SECONDS
    inside sh -c "cd /root/tramlab && $command_line" > "$log" 2>&1
    status=$?
    tail -n 25 "$log" | sed 's/^/    /'
    say "$title: exit status $status after $((SECONDS - started)) s (all of it: $log)"
    return "$status"
}

[ "$(id -u)" -eq 0 ] || die "must be run as root (it makes a chroot)"
cd "$(dirname "$0")/.." || exit 1

[ -f "$tarball" ] || make_tarball
if [ "${1-}" = --prepare ]; then
    say "ready: $tarball ($(du -h "$tarball" | cut -f1))"
    exit 0
fi

say "unpacking $tarball into $machine"
rm -rf "$machine" && mkdir -p "$machine" && tar -C "$machine" -xf "$tarball" || die "cannot unpack $tarball"
write_apt_settings "$machine" # the mirrors or the resolver may have changed since the tarball was made
if inside sh -c 'command -v gcc' > /dev/null; then
    die "gcc is in the machine already: it is not bare"
fi

[ -z "$(git status --porcelain)" ] || say "note: uncommitted changes are not part of what is tested"
say "cloning $(git log -1 --format='%h %s')"
git bundle create --quiet "$machine/root/tramlab.bundle" HEAD --branches || die "cannot bundle the repository"
inside git clone --quiet /root/tramlab.bundle /root/tramlab || die "cannot clone"

failures=0
timed_inside "make test (first, packages installed)" "make test" "$machine-test.log" || failures=$((failures + 1))
timed_inside "make test (again, nothing to build)" "make test" "$machine-test-again.log" || failures=$((failures + 1))
timed_inside "make run </dev/null" "make run </dev/null" "$machine-run.log" || failures=$((failures + 1))
[ "$failures" -eq 0 ] && say "both commands work" || say "$failures of 3 failed"
exit $((failures > 0))
