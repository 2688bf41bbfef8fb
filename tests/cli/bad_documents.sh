for file in truncated newer_schema duplicate_key nan not_utf8 zero_calls empty not_a_document deep absent; do
    tare compare "$FIXTURES/bad/$file.json" "$FIXTURES/same/new.json"
    echo "$file: $?"
done
tare compare . "$FIXTURES/same/new.json"
echo "directory without documents: $?"
tare compare "$FIXTURES/same/base.json" "$(printf "a\033[31m")"
echo "hostile path: $?"
