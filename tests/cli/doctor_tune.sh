# The script, and what it does to a copy of the machine's files.
cp -r "$FIXTURES/../machine/untuned_desktop" machine
tare doctor --print-tune --root machine | tee tune.sh
cp -r machine before
sed "s| '/| '$PWD/machine/|" tune.sh >here.sh
sh here.sh | sed "s|$PWD/||"
diff -r before machine
sh here.sh undo >undone
diff -r before machine
tare doctor --print-tune --root "$FIXTURES/../machine/quiet_server" | sh
sh here.sh redo
