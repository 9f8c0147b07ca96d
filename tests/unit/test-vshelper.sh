#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the kernel's helper does, with directories of this test.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
helper=$PWD/tests/unit/vshelper-here
if [ ! -x "$helper" ]; then
	skip "vshelper" "not built here"
	plan
fi
cd "$tmp" || exit
settings=etc/.defaults/apps/vshelper
mkdir -p run run.rev "$settings" etc/.defaults/apps/vshelper-methods etc/web/apps/vshelper
echo 42 >run/web
ln -s "$tmp/etc/web" run.rev/42
: >"$settings/logfile"
cat >vserver <<END
#!/bin/sh
readlink /proc/\$\$/fd/[0-9] >"$tmp/fds"
echo "\$*" >>"$tmp/called"
END
cat >program <<END
#!/bin/sh
echo "program \$*" >>"$tmp/called"
END
chmod +x vserver program

# event WANTED-CALL WHAT ARG...: what is called for an event.
event() {
	want=$1 what=$2
	shift 2
	rm -f called
	run "$helper" "$@"
	i=0
	while [ ! -s called ] && [ $i -lt 20 ] && [ "$want" ]; do
		i=$((i + 1))
		sleep 0.1
	done
	[ "$want" ] || sleep 0.2
	is "$status:$out$err:$(cat called 2>/dev/null)" "0::$want" "$what"
}

event "--defaulttty web restart" "restart" restart 42
is "$(grep -v "/fds$" fds | sort -u)" /dev/null "no open files are handed on"
event "--defaulttty web restart" "restart2" restart2 42
event "--silent web stop" "halt" halt 42
event "--silent web stop" "poweroff" poweroff 42
event "" "the end of a context" shutdown 42
event "" "startup" startup 42
event "" "oom" oom 42
event "" "netdown" netdown 42
event "" "a context without guest" restart 43
is "$(sed 's/^[0-9]* //' "$settings/logfile" | head -n 1)" "42 web restart" "log file"
ln -s "$tmp/etc/other" run.rev/44
event "" "a guest that does not run there" restart 44
echo 45 >run/web2
ln -s "$tmp/etc/../.." run.rev/45
event "" "a link that names no guest" restart 45
ln -s "$tmp/program" etc/web/apps/vshelper/restart
event "program restart 42 $tmp/etc/web web" "a program of the guest's" restart 42
event "--silent web stop" "other events are as before" halt 42
rm etc/web/apps/vshelper/restart
echo stop >etc/web/apps/vshelper/action
event "--silent web stop" "action stop" restart 42
echo none >etc/web/apps/vshelper/action
event "" "action none" restart 42
echo mine >etc/web/apps/vshelper/action
ln -s "$tmp/program" etc/.defaults/apps/vshelper-methods/mine
event "program halt 42 $tmp/etc/web web" "an action of the admin's" halt 42
echo ../mine >etc/web/apps/vshelper/action
event "" "an invalid action" halt 42
rm etc/web/apps/vshelper/action
echo 1 >run.rev/42.since
event "--defaulttty web restart" "started before" restart 42
echo 9000000000000000 >run.rev/42.since
event "" "started again since then" restart 42
rm run.rev/42.since
echo web >run.rev/42.stopping
event "--defaulttty web restart" "a stop that was killed" restart 42
rm run.rev/42.stopping
rm -f run.rev/web.restarts
echo "2 1000" >etc/web/apps/vshelper/restart-limit
event "--defaulttty web restart" "the first of two restarts" restart 42
event "--defaulttty web restart" "the second" restart 42
event "--silent web stop" "one too many" restart 42
is "$(wc -l <run.rev/web.restarts)" 2 "those that count"
echo "2 0" >etc/web/apps/vshelper/restart-limit
event "--defaulttty web restart" "the time is over" restart 42
echo "1 1000" >"$settings/restart-limit"
echo 0 >etc/web/apps/vshelper/restart-limit
event "--defaulttty web restart" "no limit" restart 42
rm etc/web/apps/vshelper/restart-limit
event "--silent web stop" "the limit of all guests" restart 42
rm "$settings/restart-limit" run.rev/web.restarts
ln -s "$tmp/program" "$settings/halt"
event "program halt 42 $tmp/etc/web web" "a default program" halt 42
echo restart >etc/web/apps/vshelper/action
event "--silent web stop" "the guest's action comes first" halt 42
: >"$settings/disabled"
event "" "disabled" restart 42

run "$helper" nonsense 42
is "$status" 255 "an unknown event"
run "$helper" restart 4x
is "$status" 255 "no id"
run "$helper" restart 70000
is "$status" 255 "an id that is too large"
plan
