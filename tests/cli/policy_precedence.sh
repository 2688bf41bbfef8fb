# Command line before policy before case before default, for each key; in the policy the closest glob.
sed '/case0000[3-5]/s/"unit":0/&,"policy":{"detect":0.2,"advisory":true}/' "$FIXTURES/same/new.json" >new.json
cat >tare.policy <<'END'
file00/case00004      detect=15% required weight=2
file00/case0000[45]   detect=16% budget=3s
file00/*5             ignore=2%
*5                    ignore=4%
END
show() {
    tare compare --format json "$@" "$FIXTURES/same/base.json" new.json |
        sed -n 's/.*"name":"\(file00.case0000[2-5]\)".*"gated":\([a-z]*\).*\("detect":.*\),"base_runs".*/\1 gated:\2 \3/p' | sort
}
show
echo "with --detect and --ignore:"
show --detect 12% --ignore 1%
