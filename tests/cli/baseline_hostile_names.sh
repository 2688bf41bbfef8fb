# Names stay names: on a terminal, in a file system, in a log that a CI service reads.
tare baseline add --init "$FIXTURES/hostile_program/base.json"
tare baseline accept --reason "$(printf '\033[31m\n::error::x')" "$FIXTURES/hostile_program/new.json"
tare baseline list | sed 's/begun 2[0-9T:-]*Z/begun TODAY/'
tare baseline show | sed 's/begun 2[0-9T:-]*Z/begun TODAY/'
tare baseline show "$(printf '::error::\033[31m')"
echo "exit status $?"
find . | sort
tare baseline list --store "$(printf '::error::\033[31m')"
echo "exit status $?"
