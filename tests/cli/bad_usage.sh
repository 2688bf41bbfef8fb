try() { tare "$@"; echo "tare $*: $?"; }
try
try frobnicate
try compare
try compare one.json
try compare one.json two.json three.json
try compare --base one.json two.json
try compare --detcet 5% one.json two.json
try compare --detect fast one.json two.json
try compare --detect 5% --ignore 6% one.json two.json
try compare --on slower=1 one.json two.json
try compare --on regressed=9 one.json two.json
try compare --allow weather one.json two.json
try compare --silence everything one.json two.json
try compare --format xml one.json two.json
try compare --output no/such/place.txt one.json two.json
