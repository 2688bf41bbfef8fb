# One run, then another of the same program.
tare baseline list
echo "without a store: $?"
tare baseline add "$FIXTURES/same/base.json"
echo "without --init: $?"
tare baseline add --init "$FIXTURES/same/base.json"
tare baseline add "$FIXTURES/same/base.json"
sed 's/T10:00:00Z/T11:00:00Z/' "$FIXTURES/same/base.json" >later.json
tare baseline add "$FIXTURES/same/base.json" later.json later.json
tare baseline list | sed 's/begun 2[0-9T:-]*Z/begun TODAY/'
tare baseline show | sed 's/begun 2[0-9T:-]*Z/begun TODAY/'
mkdir runs empty
sed 's/T10:00:00Z/T12:00:00Z/' "$FIXTURES/same/base.json" >runs/1.json
sed 's/T10:00:00Z/T13:00:00Z/' "$FIXTURES/same/base.json" >runs/2.json
echo 'no document' >runs/notes
tare baseline add runs
tare baseline add empty
echo "an empty directory: $?"
