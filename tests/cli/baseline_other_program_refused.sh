tare baseline add --init "$FIXTURES/same/base.json"
tare baseline add "$FIXTURES/same/new.json"
echo "exit status $?"
tare baseline list | sed 's/begun 2[0-9T:-]*Z/begun TODAY/'
