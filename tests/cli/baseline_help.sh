tare baseline --help
for command in add list show accept remove prune run; do
    echo
    tare baseline $command --help
done
