#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Starting many guests: start-vservers, the generator of units, init scripts.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
here=$PWD
lib=$(cd "$srcdir" && pwd)/scripts
mkdir -p "$tmp/sbin" "$tmp/lib" "$tmp/etc" "$tmp/state" "$tmp/run"
ln -s "$lib/functions.sh" "$here"/scripts/vserver-wrapper "$tmp/lib"
ln -s "$here"/scripts/start-vservers "$tmp/sbin"
cat >"$tmp/vars" <<END
__VERSION=test
__SBINDIR=$tmp/sbin
__PKGLIBDIR=$tmp/lib
__CONFDIR=$tmp/etc
__RUNDIR=$tmp/run
__LOCKDIR=$tmp/lock
VROOTDIR=$tmp/guests
END
UTIL_VSERVER_VARS=$tmp/vars
export UTIL_VSERVER_VARS

# A vserver that only remembers who runs, and takes its time.
cat >"$tmp/sbin/vserver" <<END
#!/bin/sh
[ "\$1" != --silent ] || shift
case \$2 in
running)
	[ -e "$tmp/state/\$1" ]
	exit
	;;
esac
echo "begin \$2 \$1" >>"$tmp/log"
sleep 0.2
case \$1 in bad*) exit 1 ;; esac
case \$2 in
start) : >"$tmp/state/\$1" ;;
stop) rm -f "$tmp/state/\$1" ;;
esac
echo "end \$2 \$1" >>"$tmp/log"
END
chmod +x "$tmp/sbin/vserver"
start=$tmp/sbin/start-vservers

# guest NAME MARK DEPENDENCIES
guest() {
	mkdir -p "$tmp/etc/$1/apps/init"
	ln -s "/guests/$1" "$tmp/etc/$1/vdir"
	[ ! "$2" ] || echo "$2" >"$tmp/etc/$1/apps/init/mark"
	# shellcheck disable=SC2086
	[ ! "$3" ] || printf '%s\n' "# first these" $3 >"$tmp/etc/$1/apps/init/depends"
}

# order: whether the words come in this order in the log.
order() {
	what=$1
	shift
	n=0
	for words; do
		m=$(grep -nx "$words" "$tmp/log" | head -n 1 | cut -d: -f1)
		[ "${m:-0}" -gt "$n" ] || {
			fail "$what"
			sed 's/^/# /' "$tmp/log"
			return
		}
		n=$m
	done
	pass "$what"
}

guest db default ""
guest web default "db cache"
guest cache "" ""
guest mail default ""
guest lone "" ""
guest bad default ""
guest poor default "bad"
mkdir "$tmp/etc/.defaults" "$tmp/etc/.build.x" "$tmp/etc/not-a-guest"
printf '%s\n' 'ONBOOT=yes' 'PRIORITY="20"' >"$tmp/etc/old1.conf"
printf '%s\n' 'ONBOOT="yes"' 'PRIORITY=10' >"$tmp/etc/old2.conf"
printf '%s\n' 'ONBOOT=no' >"$tmp/etc/old3.conf"

run "$start"
is "$status:$(sed -n 1p "$tmp/err")" "1:start-vservers: no action" "no action"
run "$start" --start
is "$status" 1 "no guest named"
run "$start" --start -j 0 --all
is "$status" 1 "no jobs"
run "$start" --start nobody
is "$status:$err" "1:W: start-vservers: no vserver 'nobody'" "no such guest"
run "$start" --start ../x
is "$status" 1 "no name"
run "$start" --start --stop --all
is "$status" 1 "two actions"

: >"$tmp/log"
run "$start" -m default --style new --start --all
is "$status" 2 "some fail"
order "dependencies come first" "begin start db" "end start db" "begin start web" \
	"end start web"
order "those without a mark, too, if needed" "end start cache" "begin start web"
order "others do not wait" "begin start mail" "end start db"
is "$(ls "$tmp/state")" "cache
db
mail
web" "who runs"
is "$(grep -c poor "$tmp/log"):$(grep -o "poor: .*" "$tmp/err")" \
	"0:poor: what it depends on is missing or failed" "a failed dependency"
run "$start" --status -m default --style new
is "$status:$out" "2:bad: stopped
db: running
mail: running
poor: stopped
web: running" "--status"
: >"$tmp/log"
run "$start" --stop db
is "$status" 0 "--stop"
order "who depends on it is stopped first" "end stop web" "begin stop db"
is "$(ls "$tmp/state")" "cache
mail" "others still run"
: >"$tmp/log"
run "$start" --stop --running
is "$status:$(ls "$tmp/state"):$(sort -u "$tmp/log" | grep -c begin)" 0::2 "--running"
: >"$tmp/log"
run "$start" --start -j 1 lone mail cache
is "$status:$(uniq "$tmp/log" | cut -d' ' -f1 | uniq | wc -l)" 0:6 "-j 1: one after the other"
run "$start" --stop --all
run "$start" --start --unmarked --style new --test
is "$status:$(echo "$out" | sort)" "0:vserver cache start
vserver lone start" "--unmarked, --test"
: >"$tmp/log"
run "$start" --start -j 1 -m default --style old
is "$status:$(grep begin "$tmp/log")" "0:begin start old2
begin start old1" "old style: ONBOOT and PRIORITY"
run "$tmp/lib/vserver-wrapper" nonsense
is "$status" 2 "vserver-wrapper nonsense"
: >"$tmp/log"
run env MARK=default NUMPARALLEL=1 "$tmp/lib/vserver-wrapper" stop --style old
is "$status:$(grep begin "$tmp/log")" "0:begin stop old1
begin stop old2" "vserver-wrapper: the reverse order"
guest a "" b
guest b "" c
guest c "" a
run "$start" --start a
is "$status:$(echo "$err" | grep -c "depend on each other")" 1:1 "a circle"
rm -r "$tmp/etc/a" "$tmp/etc/b" "$tmp/etc/c"

# Units.
if [ -x tests/unit/generator-here ]; then
	mkdir "$tmp/units"
	cd "$tmp" || exit
	guest evil '../../x' '../y
good'
	mkfifo "$tmp/etc/not-a-guest/vdir"
	mkfifo "$tmp/etc/fifo.conf"
	run "$here/tests/unit/generator-here" "$tmp/units" early late
	is "$status" 0 "the generator does not fail"
	is "$(cd units && find . -type l | sort)" \
"./vserver-mark@default.target.wants/vserver@bad.service
./vserver-mark@default.target.wants/vserver@db.service
./vserver-mark@default.target.wants/vserver@mail.service
./vserver-mark@default.target.wants/vserver@old1.service
./vserver-mark@default.target.wants/vserver@old2.service
./vserver-mark@default.target.wants/vserver@poor.service
./vserver-mark@default.target.wants/vserver@web.service
./vserver.target.wants/vserver-mark@default.target" "who is wanted"
	is "$(cat "units/vserver@web.service.d/depends.conf")" "[Unit]
Requires=vserver@db.service
After=vserver@db.service
Requires=vserver@cache.service
After=vserver@cache.service" "dependencies"
	is "$(cat "units/vserver@evil.service.d/depends.conf")" "[Unit]
Requires=vserver@good.service
After=vserver@good.service" "what is no name is left out"
	is "$(readlink "units/vserver-mark@default.target.wants/vserver@db.service")" \
		"/units/vserver@.service" "where the links point to"
	cd "$here" || exit
fi

# Units, where there is somebody to ask; the programs are not installed.
if command -v systemd-analyze >/dev/null; then
	mkdir "$tmp/unit-files"
	cp "$srcdir"/etc/systemd/*.target "$srcdir"/etc/systemd/*.timer \
		etc/systemd/*.service "$tmp/unit-files"
	for unit in vserver@web.service vserver-mark@x.target vserver.target \
		util-vserver.service vprocunhide.service rebootmgr.service \
		vserver-metrics.service vserver-metrics.timer; do
		is "$(SYSTEMD_UNIT_PATH=$tmp/unit-files: systemd-analyze verify \
			--man=no "$unit" 2>&1 | grep -v 'is not executable')" "" \
			"unit $unit"
	done
fi
plan
