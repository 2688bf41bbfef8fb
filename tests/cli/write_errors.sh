mkfifo pipe
exec 3<>pipe 4>pipe 3>&- # nobody reads it
tare --help >&4; echo $?
exec 4>&-
# As a pipe: the limit would hold for the expected texts, too.
sh -c 'ulimit -f 0
tare merge --output whole.json "$FIXTURES"/shards/one.json "$FIXTURES"/shards/two.json
echo $?' 2>&1 | cat
ls -A
