#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# vsomething, vapt-get, vrpm, vpkg.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
here=$PWD
lib=$(cd "$srcdir" && pwd)/scripts
mkdir -p "$tmp/sbin" "$tmp/lib" "$tmp/etc"
ln -s "$lib/functions.sh" "$here/util/chroot-sh" "$tmp/lib"
for f in start-vservers vsomething vpkg; do
	ln -s "$here/scripts/$f" "$tmp/sbin/"
done
# These begin with the path of an installed program.
for f in vapt-get vrpm; do
	sed "s|^exec .*/vsomething|exec $tmp/sbin/vsomething|" "$here/scripts/$f" >"$tmp/sbin/$f"
	chmod +x "$tmp/sbin/$f"
done
cat >"$tmp/vars" <<END
__VERSION=test
__SBINDIR=$tmp/sbin
__PKGLIBDIR=$tmp/lib
__CONFDIR=$tmp/etc
__RUNDIR=$tmp/run
VROOTDIR=$tmp/guests
END
UTIL_VSERVER_VARS=$tmp/vars
export UTIL_VSERVER_VARS
# Looking for leaks needs the /proc that is outside of the root of a guest.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
unset APT_GET RPM VSOMETHING_TITLE VSOMETHING_PKGMGMT VSOMETHING_WORKER
cat >"$tmp/sbin/vserver" <<'END'
#!/bin/sh
case $2:$1 in
running:off) exit 1 ;;
running:*) exit 0 ;;
esac
case $*:$1 in
*Conffiles*) printf '%s\n' ' /etc/b 0123' ' /etc/a 0123 obsolete' '' ' ../x 1' ' /etc/../../x 2' ;;
*:bad) exit 3 ;;
*) echo "$*" ;;
esac
END
chmod +x "$tmp/sbin/vserver"
for g in bad off test0 test1; do
	mkdir -p "$tmp/etc/$g/apps/init" "$tmp/guests/$g/usr/bin"
	ln -s "$tmp/guests/$g" "$tmp/etc/$g/vdir"
done
echo default >"$tmp/etc/test1/apps/init/mark"
PATH=$tmp/sbin:$PATH

run vapt-get test1 -- install libbz2-1.0
is "$status:$out$err" "0:test1 exec apt-get install libbz2-1.0" "vapt-get"
run env APT_GET=/usr/bin/aptitude vapt-get test1 -- update
is "$out" "test1 exec /usr/bin/aptitude update" "another program"
run vrpm test0 test1 -- -q "a b"
is "$status:$out" "0:vrpm: operating on vserver test0
test0 exec rpm -q a b
vrpm: operating on vserver test1
test1 exec rpm -q a b" "vrpm, two guests"
run vrpm ALL -- -q glibc
is "$status:$(echo "$out" | grep -c exec):$err" \
	"3:3:failed on vserver 'bad' with errorcode 3" "ALL, and one fails"
run vsomething -q exec --mark default -- uptime
is "$status:$out" "0:test1 exec uptime" "a mark"
run vsomething -q status --stopped
is "$status:$out" "0:off status" "those that do not run"
run vsomething exec
is "$status" 1 "no guest"
run vapt-get ../x -- update
is "$status" 1 "no name"
run vapt-get --nonsense
is "$status:$(sed -n 1p "$tmp/err")" "1:vapt-get: unrecognized option '--nonsense'" "a wrong option"

run vpkg test1 get-conffiles
is "$status:$out" "2:" "no package manager"
: >"$tmp/guests/test1/usr/bin/dpkg-query"
if [ "$(id -u)" = 0 ]; then
	run vpkg test1 get-conffiles
	is "$status:$out$err" "0:/etc/a
/etc/b" "get-conffiles"
	run vpkg test1 install hello libc6:i386
	is "$status:$out" "0:test1 exec env DEBIAN_FRONTEND=noninteractive apt-get -y install hello libc6:i386" "install"
else
	skip "get-conffiles" "only root can"
fi
run vpkg test1 install --allow
is "$status" 1 "an option is no package"
run vpkg test1 remove hello
is "$status" 1 "an unknown operation"
run vpkg nobody get-conffiles
is "$status:$err" "1:E: vpkg: no vserver 'nobody'" "no such guest"
plan
