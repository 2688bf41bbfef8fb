tare doctor --strict --root "$FIXTURES/../machine/quiet_server"
echo "exit status $?"
cp -r "$FIXTURES/../machine/quiet_server" busy
cp -r "$FIXTURES/../machine/busy_host/proc/pressure" busy/proc
tare doctor --root busy
echo "exit status $?"
tare doctor --strict --root busy >told
echo "exit status $? with --strict"
tare doctor --strict --silence load --root busy >told
echo "exit status $? with its check silenced"
