#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# newvserver, dupvserver, vserver-copy.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
# shellcheck source=tests/unit/build.sh
. "$srcdir/tests/unit/build.sh"
command -v rsync >/dev/null || {
	skip "copying guests" "rsync is not installed"
	plan
}
PATH=$tmp/sbin:$PATH
a_tree "$tmp/tree"
tar -C "$tmp/tree" -cf "$tmp/t.tar" .
printf '%s\n' "ONBOOT=yes" >"$tmp/defaults"

run newvserver --hostname candy --domain mesina.net
says 1 "newvserver: option '--ip' is missing"
run newvserver --hostname candy --domain mesina.net --ip 10.221.34.256
says 1 "newvserver: '10.221.34.256' is no address"
run newvserver --hostname candy --domain mesina.net --ip 10.0.0.1/255.0.255.0
says 1 "newvserver: '10.0.0.1/255.0.255.0': wrong netmask or prefix"
run newvserver --style old --hostname candy --domain mesina.net \
	--ip 10.221.34.12 --interface eth0 --conf "$tmp/defaults" \
	--method template -- -t "$tmp/t.tar"
is "$status:$err" 0: "newvserver, old style"
is "$out" "Server candy is not running

You should now adjust $conf/candy.conf to suit your needs,
or else just go ahead and type 'vserver candy start' to start
your new virtual server.  debian/rules!" "what newvserver says at the end"
is "$(value candy.conf)" "# Configuration of the vserver 'candy'.
ONBOOT=yes
IPROOT=\"eth0:10.221.34.12\"
S_HOSTNAME=candy
S_CONTEXT=40000" "old-style configuration"
is "$(stat -c %a "$conf/candy.sh"):$(ls -d "$conf/.build.candy" 2>/dev/null)" 755: \
	"NAME.sh"
is "$(sed -n 2p "$guests/candy/etc/hosts")" "10.221.34.12	candy.mesina.net candy" "hosts"
run newvserver --hostname foo --domain domain --ip 192.168.0.100/24 \
	--interface eth0 --conf "$tmp/defaults" --mirror http://ftp.debian.org \
	--method template -- -t "$tmp/t.tar"
is "$status:$(echo "$out" | grep adjust)" \
	"0:You should now adjust $conf/foo to suit your needs," "newvserver, new style"
is "$(cd "$conf/foo" && tail -n 1 context interfaces/0/* apps/init/mark)" \
	"==> context <==
40001

==> interfaces/0/dev <==
eth0

==> interfaces/0/ip <==
192.168.0.100

==> interfaces/0/prefix <==
24

==> apps/init/mark <==
default" "new-style configuration"
printf '%s\n' METHOD=template DIST=mine >"$tmp/method"
mkdir -p "$conf/.distributions/mine"
ln -s "$tmp/t.tar" "$conf/.distributions/mine/template"
run newvserver --hostname bar --domain d --ip 10.221.34.98 --conf "$tmp/method" \
	--interface eth0 --context 500
is "$status:$err:$(cat "$guests/bar/etc/hostname")" "0::bar" "the method of the defaults"
echo METHOD=magic >"$tmp/method"
run newvserver --hostname baz --domain d --ip 10.221.34.99 --conf "$tmp/method"
says 1 "E: newvserver: $tmp/method: METHOD is template, mmdebstrap or debootstrap"
run newvserver --hostname fuz --domain d --ip 10.221.34.12
says 1 "E: newvserver: the address 10.221.34.12 belongs to vserver 'candy'"
run newvserver --hostname fuz --domain d --ip fd00::1/64 --interface eth0 \
	--conf "$tmp/defaults" --method skeleton
is "$status:$(value fuz/interfaces/0/ip):$(value fuz/interfaces/0/dev)" \
	"0:fd00::1:eth0" "IPv6"

# A guest as a file, and again a guest.
mkdir -p "$conf/foo/scripts"
echo 'echo hook' >"$conf/foo/scripts/pre-start"
echo 7 >"$conf/foo/nice"
ln -s /etc/passwd "$guests/foo/link"
ln "$guests/foo/etc/hostname" "$guests/foo/name2"
run "$lib/vserver-export" foo "$tmp/foo.zip"
says 1 "vserver-export: '$tmp/foo.zip': the name of an archive ends with .tar, .tar.gz, .tar.xz or .tar.zst"
run "$lib/vserver-export" foo "$tmp/foo.tar.gz"
is "$status:$err" 0: "export"
is "$(tar -tzf "$tmp/foo.tar.gz" | grep -E 'nice|vdir|etc/hostname$|/link')" "config/nice
root/etc/hostname
root/link" "what is in it"
run "$lib/vserver-import" foo2 --silent --context 123 "$tmp/foo.tar.gz"
says 0 "W: vserver-build: the hooks in 'scripts' of the archive are left out"
is "$(cd "$conf/foo2" && cat context nice interfaces/0/ip uts/nodename)" "123
7
192.168.0.100
foo" "its configuration"
is "$(cat "$guests/foo2/name2"; readlink "$guests/foo2/link"; find "$guests/foo2" "$conf/foo2" -name '.import*' -o -name pre-start)" "foo
/etc/passwd" "its tree"
is "$(stat -c %h "$guests/foo2/name2")" "$(stat -c %h "$guests/foo/name2")" "hard links"
is "$(cat "$guests/foo2/etc/machine-id")" "$(cat "$guests/foo/etc/machine-id")" "it is the same machine"
run "$lib/vserver-import" foo3 --silent --context 501 "$tmp/t.tar"
is "$status" 1 "import of another archive"
nothing_left foo3 "which leaves nothing"
rm -rf "$conf/foo2" "$conf/foo/scripts" "$conf/foo/nice" "$guests/foo/link" "$guests/foo/name2"

# One file.
echo text >"$tmp/file"
chmod 640 "$tmp/file"
run "$lib/vserver-cp" foo "$tmp/file" :/etc
is "$status:$(cat "$guests/foo/etc/file"):$(stat -c %a "$guests/foo/etc/file")" 0:text:640 "a file into the guest"
ln -s "$tmp" "$guests/foo/etc/out"
echo host >"$tmp/kept"
run "$lib/vserver-cp" foo "$tmp/file" :/etc/out/kept
is "$status:$(cat "$tmp/kept")" 1:host "not by a link to the host"
ln -s "$tmp/kept" "$guests/foo/etc/secret"
run "$lib/vserver-cp" foo :/etc/secret "$tmp/got"
is "$status:$(find "$tmp" -name got)" 1: "nor from the host by a link"
mkfifo "$guests/foo/etc/fifo"
run timeout 20 "$lib/vserver-cp" foo :/etc/fifo "$tmp/got"
is "$status" 1 "a fifo is not read"
run "$lib/vserver-cp" foo :/etc/file "$tmp/got"
is "$status:$(cat "$tmp/got")" 0:text "a file from the guest"
is "$(echo more | "$lib/vserver-cp" foo - :/etc/file; "$lib/vserver-cp" foo :/etc/file -)" more "by standard input and output"
run "$lib/vserver-cp" foo a b
says 1 "vserver-cp: which of them is the guest's? Its path has a colon before it"
rm "$guests/foo/etc/out" "$guests/foo/etc/secret" "$guests/foo/etc/fifo" "$guests/foo/etc/file"

run dupvserver --vsroot "$guests" --from foo --to fiz
says 1 "dupvserver: option '--ip' is missing"
echo secret >"$guests/foo/etc/ssh/ssh_host_rsa_key"
run dupvserver --vsroot "$guests" --from foo --to fiz --ip 192.168.0.101 --silent
is "$status:$err" 0: "dupvserver"
is "$(cat "$guests/fiz/etc/hostname" "$guests/foo/etc/hostname")" "fiz
foo" "host names"
is "$(value fiz/context):$(value fiz/interfaces/0/ip):$(value fiz/interfaces/0/prefix):$(value fiz/uts/nodename)" \
	"40003:192.168.0.101:24:fiz" "configuration of the copy"
is "$(ls "$conf/fiz/apps/init"):$(ls "$guests/fiz/etc/ssh"):$(cat "$guests/foo/etc/ssh/ssh_host_rsa_key")" \
	"::secret" "the copy is not started at boot and has no keys"
is "$(readlink "$conf/fiz/vdir"):$(stat -c '%h %a %g' "$guests/fiz/etc/hardlink" "$guests/fiz/etc/shadow")" \
	"$guests/fiz:1 644 0
1 600 42" "links and modes"
run dupvserver --from foo --to fiz --ip 192.168.0.102
says 1 "E: dupvserver: a vserver 'fiz' exists already"
run dupvserver --from foo --to fuu --ip 192.168.0.101
says 1 "E: dupvserver: the address 192.168.0.101 belongs to vserver 'fiz'"
run dupvserver --from candy --to fee --ip 10.221.34.13 --silent
is "$status:$(grep -v '^#' "$conf/fee.conf")" '0:ONBOOT=no
IPROOT="10.221.34.13"
S_HOSTNAME=fee
S_CONTEXT=40004' "dupvserver, old style"
run dupvserver --from nobody --to fof --ip 192.168.0.102
says 1 "E: dupvserver: no vserver 'nobody' in $conf"

run vserver-copy -q foo fuh
is "$status:$err:$(value fuh/interfaces/0/ip):$(cat "$guests/fuh/etc/hostname")" \
	"0::192.168.0.100:fuh" "vserver-copy"
run vserver-copy foo fuh
says 1 "E: vserver-copy: a vserver 'fuh' exists already"
run vserver-copy -i 10.0.0.1 foo fux
says 1 "vserver-copy: '--domain' and '--ip' must be given together"
run vserver-copy -q -d example.org -i 10.0.0.7 foo fux
is "$status:$(value fux/uts/nodename):$(sed -n 2p "$guests/fux/etc/hosts")" \
	"0:fux.example.org:10.0.0.7	fux.example.org fux" "a domain"

# A guest whose names lead to the host.
victim=$tmp/victim
mkdir "$victim"
echo precious >"$victim/hostname"
rm -r "$guests/foo/etc" "$guests/foo/dev"
ln -s "$victim" "$guests/foo/etc"
ln -s "$victim" "$guests/foo/dev"
run vserver-copy -q foo evil
is "$status:$(ls "$victim"):$(cat "$victim/hostname")" "0:hostname:precious" \
	"a hostile guest"

# Another host: the same machine with other directories.
other=$tmp/other
mkdir -p "$other/etc" "$other/guests"
sed "s|$conf|$other/etc|; s|$guests|$other/guests|; s|$tmp/lock|$other/lock|" \
	"$tmp/vars" >"$other/vars"
cat >"$tmp/rsh" <<END
#!/bin/sh
# Runs a command "on another host", as ssh does it.
shift
[ ! -e "$tmp/broken" ] || case \$1 in rsync) exit 1 ;; esac
UTIL_VSERVER_VARS=$other/vars; export UTIL_VSERVER_VARS
exec sh -c "\$*"
END
chmod +x "$tmp/rsh"
: >"$tmp/broken"
run vserver-copy -q -R "$tmp/rsh" candy far:
is "$status:$(ls "$other/etc")" 1: "an interrupted copy makes no guest"
rm "$tmp/broken"
run vserver-copy -q -R "$tmp/rsh" candy far:
is "$status:$err" 0: "the next try"
is "$(cat "$other/guests/candy/etc/hostname"):$(grep -v '^#' "$other/etc/candy.conf")" \
	'candy:IPROOT="eth0:10.221.34.12"
ONBOOT=no
S_HOSTNAME=candy
S_CONTEXT=40000' "old style on the other host"
run vserver-copy -q -R "$tmp/rsh" fiz far:faz
is "$status:$(cat "$other/etc/faz/context" "$other/etc/faz/name"):$(readlink "$other/etc/faz/vdir")" \
	"0:40001
faz:$other/guests/faz" "new style on the other host"
is "$(find "$other" -name '.b*' -o -name '.h*' -o -name '.copy' | grep -v lock)" "" \
	"nothing else is left"
run vserver-copy -R "$tmp/rsh" fiz far:faz
is "$status" 1 "a name that the other host has"
# shellcheck disable=SC2016
run vserver-copy -R "$tmp/rsh" fiz 'far;touch x:faz'
is "$status" 1 "a host with a semicolon"

plan
