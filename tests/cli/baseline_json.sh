tare baseline add --init "$FIXTURES/same/base.json"
tare baseline accept --reason 'because "it" is' "$FIXTURES/same/new.json"
tare baseline list --format json | sed 's/"begun":"2[0-9T:-]*Z"/"begun":"TODAY"/'
tare baseline show --format json nothing
echo "exit status $?"
tare baseline show --format json >shown
tare baseline list --format json | cmp - shown && echo 'list and show say the same'
cat .tare/machines/*/bench/0002/segment.json | sed 's/"begun":"2[0-9T:-]*Z"/"begun":"TODAY"/'
