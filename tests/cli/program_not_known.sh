# Without a hash of the program nobody can say whether it was built again.
for side in base new; do
    sed 's/"hash":"[^"]*"/"hash":null/' "$FIXTURES/same/$side.json" >$side.json
done
tare compare base.json new.json | grep same-program
tare compare "$FIXTURES/same/base.json" new.json | grep same-program
tare compare base.json "$FIXTURES/same/new.json" | grep same-program
tare compare "$FIXTURES/same/base.json" "$FIXTURES/same/new.json" | grep -c same-program || :
