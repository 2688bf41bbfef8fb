# Words of a policy reach a terminal or a page as words only.
printf 'waive "file00/*<b>*" limit=40%% until=2026-12-31 issue="[x](y)" reason="\342\200\256 | `z` <img> @you"\n' >tare.policy
for format in text markdown; do
    tare compare --format $format "$FIXTURES/hostile_names/base.json" "$FIXTURES/hostile_names/new.json"
done
tare compare --policy "$(printf 'a\033[31m')" "$FIXTURES/same/base.json" "$FIXTURES/same/new.json"
printf '* \033[31m=5\n' >tare.policy
tare compare "$FIXTURES/same/base.json" "$FIXTURES/same/new.json"
printf '* \342\200\256=5\n' >tare.policy
tare compare "$FIXTURES/same/base.json" "$FIXTURES/same/new.json"
