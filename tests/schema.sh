#!/bin/sh
# SPDX-License-Identifier: MIT
# Documents are what document.schema.json says:  tests/schema.sh [DOCUMENT...]
# Without a document, as TAP: that a suite's documents are, and that other things are not.

schema=runner/base/document.schema.json
for python in python3 /usr/bin/python3 none; do
    $python -c 'import jsonschema' 2>/dev/null && break
done

valid() {
    $python - $schema "$@" <<'END'
import json, jsonschema, sys
schema, *documents = [json.load(open(name)) for name in sys.argv[1:]]
jsonschema.validators.validator_for(schema).check_schema(schema)
for document in documents:
    jsonschema.validate(document, schema)
END
}

if [ $# -gt 0 ]; then
    [ "$python" = none ] || valid "$@"
    exit
fi

. tests/suite/suite_lib
if [ "$python" = none ]; then
    skip "documents are what the schema says" "no python3-jsonschema"
    exit
fi
build_suite plain
# shellcheck disable=SC2154,SC2086 # quick, a list of options from suite_lib
{
    "$tmp/plain" --list --json "$tmp/list.json" --quiet
    "$tmp/plain" $quick --silence build-san --json "$tmp/run.json" >/dev/null
}
check "a list is what the schema says" valid "$tmp/list.json"
check "a run is what the schema says" valid "$tmp/run.json"
for key in schema trials program; do
    sed "s/\"$key\"/\"no_$key\"/" "$tmp/run.json" >"$tmp/without.json"
    refute "a document without '$key' is not" valid "$tmp/without.json"
done
