#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Making guests: skeleton, template, clone, rsync; hostile trees; leftovers.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
# shellcheck source=tests/unit/build.sh
. "$srcdir/tests/unit/build.sh"

# What is wrong is said before anything is made.
build -m skeleton
says 1 "vserver-build: Name of vserver not specified"
build -n a
says 1 "vserver-build: No build-method specified"
run "$lib/vserver-build" - --help
is "$status:$(sed -n 1p "$tmp/out")" 0:Usage: "vserver - build --help"
run "$lib/vserver-build" a -m skeleton --dry-run
is "$status:$(sed -n 1p "$tmp/out")" "0:name            a" "vserver a build"
build -n a -m nonsense
says 1 "vserver-build: Unknown build-method 'nonsense'"
build -n a -m ../x
says 1 "vserver-build: Unknown build-method '../x'"
build -n ../a -m skeleton
is "$status" 1 "a name with a slash"
build -n .defaults -m skeleton
is "$status" 1 "a name with a dot in front"
build -n a -m skeleton --context 1
says 1 "vserver-build: invalid context '1': 2 to 49151"
build -n a -m skeleton --interface eth0:1.2.3.400
says 1 "E: vserver-build: interface 'eth0:1.2.3.400': '1.2.3.400' is no address"
build -n a -m skeleton --interface 'eth0;id:1.2.3.4'
is "$status" 1 "a device with a semicolon"
build -n a -m yum
is "$status" 1 "a method that is gone"
build -n a -m skeleton --nonsense
says 1 "vserver-build: unrecognized option '--nonsense'"
nothing_left a "nothing was made"

# A whole configuration.
build -n test2 -m skeleton --hostname test2.nowhe.re --netdev eth0 \
	--netmask 255.255.255.0 --netbcast=10.0.0.255 \
	--interface 10.0.0.1 --interface extra=dummy0:10.1.0.1/255.255.0.0 \
	--interface 'eth1:[fd00::1]/64' --interface nodev:10.2.0.1 \
	--interface fd00::2/48 \
	--flags lock,nproc --initstyle plain --cpusetcpus 0-1:0 --cpusetmems 0
is "$status:$err" 0: "skeleton"
is "$(value test2/name) $(value test2/uts/nodename)" "test2 test2.nowhe.re" "names"
is "$(value test2/context)" 40000 "the first context id"
is "$(value test2/interfaces/dev) $(value test2/interfaces/prefix) $(value test2/interfaces/bcast)" \
	"eth0 24 10.0.0.255" "defaults of interfaces"
is "$(cd "$conf/test2/interfaces" && for f in [0-9]/*; do
	echo "$f $(cat "$f")"
done)" "0/ip 10.0.0.1
1/dev dummy0
1/ip 10.1.0.1
1/name extra
1/prefix 16
2/dev eth1
2/ip fd00::1
2/prefix 64
3/ip 10.2.0.1
3/nodev 
4/ip fd00::2
4/prefix 48" "interfaces"
is "$(value test2/cflags)" "lock
nproc" "flags"
is "$(value test2/apps/init/style)" plain "init style"
is "$(value test2/cgroup/cpuset.cpus):$(value test2/cgroup/cpuset.mems)" "0-1:0" \
	"CPUs and memory nodes"
is "$(readlink "$conf/test2/vdir") $(readlink "$conf/test2/run")" \
	"$guests/test2 $tmp/run/test2" "links"
is "$(find "$conf/test2" -type f -size +0 -exec sh -c \
	'for f; do [ -z "$(tail -c 1 "$f")" ] || echo "$f"; done' sh {} +)" "" \
	"all files end in a newline"
is "$(stat -c %a "$guests/test2" "$conf/test2")" "755
755" "modes of the directories"
is "$(stat -c '%F %t:%T %a' "$guests/test2/dev/null")" \
	"character special file 1:3 666" "devices"
is "$(cat "$guests/test2/etc/hostname")" test2.nowhe.re "host name in the tree"
is "$(sed -n 2p "$guests/test2/etc/hosts")" "10.0.0.1	test2.nowhe.re test2" \
	"hosts in the tree"

# Names and ids are given once.
build -n test2 -m skeleton
says 1 "E: vserver-build: a vserver of this name exists already: $conf/test2"
build -n b -m skeleton --context 40000
says 1 "E: vserver-build: context 40000 belongs to another vserver or is in use"
nothing_left b "a refused id leaves nothing"
echo 'S_CONTEXT="40001"' >"$conf/old.conf"
build -n b -m skeleton
is "$status:$(value b/context)" 0:40002 "ids of old-style guests are skipped"
mkdir -p "$conf/.defaults" "$conf/.defaults/apps/build"
printf '%s\n' '# comment' '--hostname from.defaults' >"$conf/.defaults/apps/build/options"
build -n b -m skeleton --force
is "$status:$(value b/uts/nodename)" 0:from.defaults "--force, default options"
is "$(find "$conf" "$guests" -maxdepth 1 -name 'b.~*~' | wc -l)" 2 \
	"the old guest was moved away"
rm -r "$conf/.defaults/apps"
build -n c -m skeleton --dry-run
is "$status:$(echo "$out" | sed -n 's/^root *//p')" "0:$guests/c" "--dry-run"
nothing_left c "--dry-run makes nothing"

# Templates.
a_tree "$tmp/tree"
mknod "$tmp/tree/dev/evil" b 8 0
mknod "$tmp/tree/bin/evil" b 8 0
tar -C "$tmp/tree" -cJf "$tmp/t.tar.xz" .
sum=$(sha256sum <"$tmp/t.tar.xz" | cut -d' ' -f1)
echo 'ssh-ed25519 AAAA me' >"$tmp/key.pub"
echo hunter2 >"$tmp/password"
build -n t1 -m template --ssh-key "$tmp/key.pub" --password-file "$tmp/password" \
	--timezone UTC -- -t "$tmp/t.tar.xz" --sha256 "$sum"
is "$status" 0 "template"
r=$guests/t1
is "$(find "$r" -type b)" "" "no block devices"
is "$(cat "$r/etc/hostname") $(cat "$r/etc/hardlink")" "t1 old" \
	"files are replaced, not changed"
is "$(stat -c '%s' "$r/etc/machine-id"):$(ls "$r/etc/ssh")" "0:" \
	"identities are forgotten"
is "$(readlink "$r/etc/systemd/system/getty@.service")" /dev/null "units are masked"
is "$(tail -n 1 "$r/etc/inittab")" "#1:2345:respawn:/sbin/getty 38400 tty1" "no gettys"
is "$(stat -c '%a %g' "$r/etc/shadow")" "600 42" "mode and group are kept"
# shellcheck disable=SC2016
case $(cat "$r/etc/shadow") in
'root:$6$'*:19000:0:99999:7:::) pass "password of root" ;;
*) fail "password of root" ;;
esac
is "$(cat "$r/root/.ssh/authorized_keys"):$(stat -c %a "$r/root/.ssh")" \
	"ssh-ed25519 AAAA me:700" "key of root"
build -n t2 -m template -- -t "$tmp/t.tar.xz" --sha256 "$(echo | sha256sum | cut -d' ' -f1)"
is "$status" 1 "a wrong checksum"
nothing_left t2 "a wrong checksum leaves nothing"
build -n t2 -m template -- -t https://example.com/x.tar
is "$status" 1 "no archive from the network without a checksum"
echo nonsense >"$tmp/nonsense"
build -n t2 -m template -- -t "$tmp/nonsense"
is "$status" 1 "no archive"
build -n t2 -m template --keep -- -t "$tmp/nonsense"
is "$(ls -d "$guests/.build.t2")" "$guests/.build.t2" "--keep"
build -n t2 -m template -- -t "$tmp/t.tar.xz"
is "$status:$(cat "$guests/t2/etc/hostname")" 0:t2 "the next try"

# A hostile template: every name that we write to leads to the host.
h=$tmp/hostile
victim=$tmp/victim
mkdir -p "$h" "$victim/ssh" "$victim/systemd/system"
echo precious >"$victim/hostname"
cp "$victim/hostname" "$victim/ssh/ssh_host_rsa_key"
ln -s "$victim" "$h/etc"
ln -s "$victim" "$h/dev"
ln -s "$victim" "$h/root"
ln -s "$victim" "$h/tmp"
ln -s ../../../../../../../../../../../../.. "$h/up"
tar -C "$h" -cf "$tmp/h.tar" .
before=$(find "$victim" -printf '%p %m %s %T@ %i\n' | sort)
build -n h1 -m template -- -t "$tmp/h.tar"
is "$(find "$victim" -printf '%p %m %s %T@ %i\n' | sort)" "$before" \
	"links of a template do not lead to the host"
rm "$h/etc"
mkdir "$h/etc" "$h/etc/ssh"
for f in hostname hosts resolv.conf machine-id inittab shadow fstab; do
	ln -s "$victim/hostname" "$h/etc/$f"
done
mkfifo "$h/etc/ssh/ssh_host_rsa_key"
tar -C "$h" -cf "$tmp/h.tar" .
build -n h2 -m template -- -t "$tmp/h.tar"
is "$status:$(find "$victim" -printf '%p %m %s %T@ %i\n' | sort)" "0:$before" \
	"links at the end of a path"
is "$(cat "$guests/h2/etc/hostname")" h2 "they are replaced"
# An archive that writes through a link of its own, or of a first archive.
mkdir "$tmp/one" "$tmp/two" "$tmp/two/way"
ln -s "$victim" "$tmp/one/way"
echo bad >"$tmp/two/way/hostname"
tar -C "$tmp/one" -cf "$tmp/one.tar" .
tar -C "$tmp/two" -cf "$tmp/two.tar" way/hostname
build -n h3 -m template -- -t "$tmp/one.tar" -t "$tmp/two.tar"
is "$(cat "$victim/hostname")" precious "a second archive through a link"
tar -C "$tmp/two/way" -P --transform 's|^|../../|' -cf "$tmp/up.tar" hostname
build -n h4 -m template -- -t "$tmp/up.tar"
is "$status" 1 "a name with '..'"

# A directory of the guest, for a program of the host.
if [ -x util/exec-cd ]; then
	mkdir -p "$h/opt/inside"
	ln -s /opt/inside "$h/opt/way"
	exec_cd=$here/util/exec-cd
	is "$(cd "$h" && "$exec_cd" /opt/way pwd -P)" "$h/opt/inside" "exec-cd"
	is "$(cd "$h" && "$exec_cd" -- up/opt/../../.. pwd -P)" "$h" \
		"exec-cd stays inside"
	for dir in "$victim" /dev /etc/hostname; do
		(cd "$h" && "$exec_cd" "$dir" true) 2>/dev/null
		is "$?" 255 "exec-cd: what a link to the host is called, $dir"
	done
fi

# An interrupted build: killed at once, without a chance to clean up.
cat >"$tmp/wait" <<'END'
#!/bin/sh
echo "$PPID" >part
kill -9 "$PPID"
END
chmod +x "$tmp/wait"
"$lib/vserver-build" --silent -n k -m skeleton -- "$tmp/wait" >/dev/null 2>&1
is "$(ls "$guests/.build.k/part"):$(ls -d "$guests/k" "$conf/k" 2>/dev/null)" \
	"$guests/.build.k/part:" "a killed build makes no guest"
build -n k -m skeleton
is "$status:$(ls -d "$guests/k/part" "$guests/.build.k" "$conf/.build.k" 2>/dev/null)" \
	"0:" "the next one begins from the start"
# Killed between the two renames.
mkdir "$conf/.build.l" "$guests/l"
stat -c %d:%i "$guests/l" >"$conf/.build.l/.root"
: >"$guests/l/part"
build -n l -m skeleton
is "$status:$(ls -d "$guests/l/part" "$conf/.build.l" 2>/dev/null)" "0:" \
	"a root without configuration is removed"
mkdir "$guests/m" "$conf/.build.m"
echo mine >"$guests/m/file"
build -n m -m skeleton
is "$status:$(cat "$guests/m/file")" 1:mine "a root of somebody else is not"
build -n m -m skeleton --i-know-its-there
is "$status:$(cat "$guests/m/file" "$guests/m/etc/hostname")" "0:mine
m" "--i-know-its-there"
build -n n -m skeleton -- sh -c 'touch part; exit 3'
is "$status" 1 "a command that fails"
nothing_left n "a build that failed leaves nothing"
cat >"$tmp/slow" <<END
#!/bin/sh
: >"$tmp/begun"
while [ ! -e "$tmp/go" ]; do sleep 0.1; done
END
chmod +x "$tmp/slow"
"$lib/vserver-build" --silent -n o -m skeleton -- "$tmp/slow" &
while [ ! -e "$tmp/begun" ]; do sleep 0.1; done
build -n o -m skeleton
is "$status" 1 "not two builds of one name"
: >"$tmp/go"
wait $!
is "$?" 0 "the first one ends well"

# clone and rsync.
build -n c1 -m clone -- --source t1
is "$status:$(cat "$guests/c1/etc/hostname" "$guests/c1/etc/hardlink")" "0:c1
old" "clone"
is "$(cat "$guests/t1/etc/hostname")" t1 "the source is as it was"
if [ "$(value c1/context)" = "$(value t1/context)" ]; then
	fail "another context"
else
	pass "another context"
fi
build -n c2 -m clone -- --source nobody
says 1 "E: vserver-build: no vserver 'nobody'"
build -n c2 -m rsync -- --source "$guests/t1"
is "$status:$(stat -c %h "$guests/c2/etc/shadow"):$(cat "$guests/c2/etc/hostname")" \
	"0:1:c2" "rsync"
plan
