try() { tare "$@"; echo "tare $*: $?"; }
try gate
try gate new
try gate --against old
try gate new other --against old
try gate new --against
try gate new --against old --against older
try gate new --against old
try gate new --agianst old
try gate new --against old --epochs 5
try gate new --against old --epochs 257
try gate new --against old --epochs many
try gate new --against old --sample-time 1
try gate new --against old --sample-time 1us
try gate new --against old --limit 1us
try gate new --against old --detect fast
try gate new --against old --detect 0%
try gate new --against old --alpha 0.05%
try gate new --against old --miss 60%
try gate new --against old --seed dice
try gate new --against old --on slower=1
try gate new --against old --on pass=6
try gate new --against old --format xml
try gate new --against old --color sometimes
try gate new --against old --output no/such/place.txt
