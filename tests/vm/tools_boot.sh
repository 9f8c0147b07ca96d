#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns the programs that guests reach from inside, on a real kernel: vshelper, which the kernel calls, and rebootmgr.
# shellcheck source=tests/ktap.sh
. /vm/tests/ktap.sh

# In the place of vserver: one that notes what it is called for.
cat >stub <<END
#!/bin/sh
echo "\$*" >>$PWD/called
echo "output of \$*"
END
chmod +x stub
[ -e /usr/sbin/vserver ] || : >/usr/sbin/vserver
mount --bind stub /usr/sbin/vserver
echo /sbin/vshelper >/proc/sys/kernel/vshelper

# called: what it was called for, once it was.
called() {
	i=0
	while [ ! -s called ] && [ $i -lt 50 ]; do
		i=$((i + 1))
		sleep 0.1
	done
	cat called 2>/dev/null
	rm -f called
}

# A guest as a start leaves it.
mkdir -p /run/vservers /run/vservers.rev /etc/vservers/web root/dev root/var/log root/bin
ln -s "$PWD/root" /etc/vservers/web/vdir
echo 50 >/run/vservers/web
ln -s /etc/vservers/web /run/vservers.rev/50

# guest XID COMMAND...: in a new context with a helper.
guest() {
	xid=$1
	shift
	vcontext --create --silent --xid "$xid" -- vattribute --set --flag sc_helper -- vcontext --migrate-self --endsetup -- "$@"
}

# --- vshelper ---

guest 50 sh -c 'busybox reboot -f; sleep 1' >/dev/null 2>&1
sleep 2
is "a guest reboots, and ends" "$(called)" "--defaulttty web restart"
guest 50 sh -c 'busybox halt -f; sleep 1' >/dev/null 2>&1
is "a guest halts" "$(called)" "--silent web stop"
sleep 1
rm -f called
guest 50 true
sleep 1
is "a guest ends by itself" "$(cat called 2>/dev/null)" ""
guest 51 sh -c 'busybox reboot -f' >/dev/null 2>&1
sleep 1
is "a context that is no guest" "$(cat called 2>/dev/null)" ""
mkdir -p /etc/vservers/web/apps/vshelper
echo none >/etc/vservers/web/apps/vshelper/action
guest 50 sh -c 'busybox reboot -f' >/dev/null 2>&1
sleep 1
is "no action, as configured" "$(cat called 2>/dev/null)" ""
rm -r /etc/vservers/web/apps

# --- rebootmgr ---

echo >/proc/sys/kernel/vshelper
cp /usr/sbin/vreboot root/bin/vreboot
ln -s vreboot root/bin/vhalt
vcontext --create --silent --xid 50 -- vcontext --migrate-self --endsetup -- sleep 1000 &
sleep 0.5
ok "rebootmgr" rebootmgr --pidfile "$PWD/pid" web
like "its socket" "$(ls -l root/dev/reboot)" '^srw-------'
# inside XID COMMAND...: in that context and in the root of the guest.
# shellcheck disable=SC2317
inside() {
	xid=$1
	shift
	vcontext --migrate --silent --xid "$xid" -- chroot root "$@"
}
ok "vreboot" inside 50 /bin/vreboot
is "the host restarts the guest" "$(called)" "web restart"
is "what is printed there" "$(cat root/var/log/boot.log)" "output of web restart"
ok "vhalt" inside 50 /bin/vhalt
is "the host stops the guest" "$(called)" "web stop"
chmod 755 . root root/dev
fails "users cannot ask" su alice -s /bin/sh -c "vreboot --socket $PWD/root/dev/reboot"
echo 59 >/run/vservers/web
ok "vreboot, the guest does not run any more" inside 50 /bin/vreboot
sleep 1
is "then nothing is done" "$(cat called 2>/dev/null)" ""
echo 50 >/run/vservers/web
rm root/var/log/boot.log
: >precious
ln -s "$PWD/precious" root/var/log/boot.log
ok "vreboot, the log is a link" inside 50 /bin/vreboot
is "the host restarts the guest all the same" "$(called)" "web restart"
is "the link is not followed" "$(cat precious)" ""
rm root/var/log/boot.log
mkfifo root/var/log/boot.log
ok "vreboot, the log is a fifo" inside 50 /bin/vreboot
is "the host does not wait for it" "$(called)" "web restart"
kill "$(cat pid)"
sleep 0.5
is "no socket is left" "$(ls root/dev)" ""
vkill --xid 50 -s 9
umount /usr/sbin/vserver
ktap_exit
