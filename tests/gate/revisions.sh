#!/bin/sh
# SPDX-License-Identifier: MIT
# This revision against an earlier one, built by the user's command: tare gate --against-rev, and
# ci/gate, which finds out which one. Nothing is left in the repository or in TMPDIR.
. tests/gate/gate_lib

source=$PWD
step=$source/ci/gate
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_CEILING_DIRECTORIES="$tmp"
unset CI CI_COMMIT_BEFORE_SHA CI_MERGE_REQUEST_TARGET_BRANCH_SHA CI_MERGE_REQUEST_DIFF_BASE_SHA \
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME GITHUB_BASE_REF GITHUB_EVENT_NAME GITHUB_EVENT_PATH

# A branch with v1, v2, in which one case has twice the work, and v3, which cannot be built. It left
# main at v0. v2 is here.
repo=$tmp/words
git init -q -b main "$repo"
git_in() { git -C "$repo" -c user.name=t -c user.email=t@t "$@"; }
commit() { git_in add . && git_in commit -qm "$1" && git_in tag "$1"; }
cp tests/gate/sides.c "$repo"
echo build >"$repo/.gitignore"
commit v0
git_in commit -q --allow-empty -m other && git_in checkout -qb work v0
cat >"$repo/Makefile" <<END
build/suite: sides.c Makefile
	mkdir -p build
	$CC -std=c11 -D_GNU_SOURCE -O2 -falign-functions=64 -DTARE_ALIGNED=64 -DTARE_ENABLE -DODD=0 -DSTEPS=1000 \\
	    ${SANITIZE:+-fsanitize=$SANITIZE} -I$source/include -o \$@ sides.c $(realpath "$B")/libtare.a $libs
END
commit v1
sed -i s/STEPS=1000/STEPS=2000/ "$repo/Makefile" && commit v2
sed -i 's/.*-std=c11/\techo this compiler is broken; false/' "$repo/Makefile" && commit v3
git_in checkout -q v2
build='make -s build/suite'
list=$(git_in worktree list --porcelain)

# in_repo COMMAND...: run there; what it prints is in out and err
in_repo() {
    (cd "$repo" && "$@" >"$tmp/out" 2>"$tmp/err")
    status=$?
    cat "$tmp/out" "$tmp/err"
    return $status
}

# told PATTERN: on standard error of the last
told() { grep -qe "$1" "$tmp/err"; }

# No file in TMPDIR, no process there, and as many worktrees as before.
nothing_left() { is_clean && [ "$(git_in worktree list --porcelain)" = "$list" ]; }

# ---- tare gate --against-rev -------------------------------------------------------------------

# against REV COMMAND PATH OPTION...: the suite that is here against that one
against() {
    rev=$1 command=$2 path=$3
    shift 3
    in_repo "$tare" gate -q ${SANITIZE:+--silence=build-san} --filter '*/steps' --format json --epochs 16 --detect 20% --sample-time 100us \
        build/suite --against-rev "$rev" --build "$command" --suite "$path" "$@"
}

# A machine that cannot judge has found it all the same.
is_red() {
    against "$@"
    status=$?
    has sides/steps regressed 'slower by more than' || return 1
    [ $status = 1 ] || { [ $status = 4 ] && grep '"id":"sentinel"' "$tmp/out"; }
}
is_no_regression() { against "$@"; has sides/steps '[pu][an][sd][^"]*' ''; }

# stopped SIGNAL PATTERN COMMAND OPTION...: sent when there is such a process; the gate's status
stopped() {
    signal=$1 pattern=$2 command=$3
    shift 3
    # A shell's own jobs would not hear of Ctrl-C.
    (cd "$repo" && exec env --default-signal=INT "$tare" gate -q ${SANITIZE:+--silence=build-san} --filter '*/steps' build/suite \
        --against-rev v1 --build "$command" --suite build/suite "$@" >"$tmp/out" 2>"$tmp/err") &
    signalled "$signal" pgrep -f "$pattern"
}

check "the suite of v2 is built" in_repo sh -c "$build"
check "twice the work since an earlier revision is a regression" is_red v1 "$build" build/suite
check "and leaves nothing behind" nothing_left
check "the revision that is here is no slower" is_no_regression HEAD "$build" build/suite
check "a build that fails is refused" exits 2 against v3 "$build" build/suite
check "with what it printed last" told '^    this compiler is broken'
check "and how to repeat it" told '^to repeat it: git worktree add'
check "and leaves nothing behind, either" nothing_left
check "a revision that is not there" exits 2 against nonsense "$build" build/suite
check "is named" told '^tare: --against-rev nonsense: no commit'
check "a suite that is not made" exits 2 against v1 true build/suite
check "is named, too" told "^tare: --suite build/suite: 'true' made no such file at v1"
check "what is made, but is no suite" exits 2 against v1 'mkdir build && cp /bin/true build/suite' build/suite
check "is named as well" told 'does not list its trials'
check "a revision without a build is refused" exits 2 in_repo "$tare" gate build/suite --against-rev v1
check "a build without a revision is refused" \
    exits 2 in_repo "$tare" gate build/suite --against build/suite --build true --suite build/suite
check "two old sides are refused" exits 2 against v1 "$build" build/suite --against build/suite
check "and none of them leaves anything behind" nothing_left

for signal in INT TERM; do
    check "SIG$signal ends the build" exits 2 stopped $signal "^sleep 6$$" "sleep 6$$"
    check "SIG$signal then: so it says" told "^tare: --against-rev v1: stopped by a signal to us"
    check "SIG$signal then: nothing is left" nothing_left
    check "SIG$signal then: not even the build" until_so not pgrep -f "^sleep 6$$"
    check "SIG$signal ends the measuring" \
        exits 4 stopped $signal "$tmp/place/tare-gate.*/new" "$build" --epochs 60 --sample-time 100ms
    check "SIG$signal then, too: nothing is left" until_so nothing_left
done

printf '#!/bin/sh\n%s gate -q --epochs 6 --filter "*/skips" build/suite --against-rev HEAD --build "%s" --suite build/suite\n%s\n' \
    "$tare" "$build" '[ $? != 2 ]' >"$repo/.git/hooks/pre-commit"
chmod +x "$repo/.git/hooks/pre-commit"
echo "/* the same */" >>"$repo/sides.c"
check "a hook can be a gate" in_repo git -c user.name=t -c user.email=t@t commit -qam hooked
check "and what is committed is what was to be" [ "$(git_in show --format= --name-only)" = sides.c ]
git_in checkout -q v2
check "and nothing is left by it" nothing_left

# ---- ci/gate finds the revision ----------------------------------------------------------------

# What a service checks out.
clone=$tmp/clone
git clone -q "$repo" "$clone" 2>"$tmp/err"
printf '#!/bin/sh\necho "<$*>"\n' >"$tmp/shows" && chmod +x "$tmp/shows"
id() { git -C "$clone" rev-parse "$1^{commit}"; }

# finds REV VARIABLE=VALUE... [OPTION...]: what it gives to tare gate
finds() {
    rev=$1
    shift
    (cd "$clone" && env TARE="$tmp/shows" "$@") >"$tmp/out" 2>"$tmp/err"
    status=$?
    cat "$tmp/out" "$tmp/err"
    [ $status = 0 ] && grep -qF "<gate build/suite --against-rev $(id "$rev") --build true --suite build/suite" "$tmp/out"
}
plain="$step --build true --suite build/suite"
# cannot PATTERN VARIABLE=VALUE...: status 2, says so, and tare is not run
cannot() {
    pattern=$1
    shift
    # shellcheck disable=SC2086 # words
    (cd "$clone" && exits 2 env TARE="$tmp/shows" "$@" $plain) >"$tmp/out" 2>"$tmp/err"
    status=$?
    cat "$tmp/out" "$tmp/err"
    [ $status = 0 ] && [ ! -s "$tmp/out" ] && told "$pattern"
}
event() { printf '{\n  "after": "x",\n  "before": "%s",\n  "merge_group": {\n    "base_sha": "%s"\n  }\n}\n' "$1" "$2" >"$tmp/event"; }
zeros=0000000000000000000000000000000000000000
nobody=1234567890123456789012345678901234567890

# shellcheck disable=SC2086 # words
{
    check "at a desk: the commit before" finds v1 $plain
    echo "/* new */" >>"$clone/sides.c"
    check "at a desk: the commit that files differ from" finds v2 $plain
    check "elsewhere, if CI is set: the commit before" finds v1 CI=true $plain
    git -C "$clone" checkout -q .
    check "--base: where it was left" finds v0 $plain --base origin/main
    check "--base beats what a service says" finds v0 GITHUB_BASE_REF=no $plain --base origin/main
    check "GitHub, a pull request" finds v0 CI=true GITHUB_BASE_REF=main GITHUB_EVENT_NAME=pull_request $plain
    check "GitLab, a merge request: its target" finds v0 CI=true CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main $plain
    check "GitLab, a merge request: where it left its target" \
        finds v0 CI=true CI_MERGE_REQUEST_TARGET_BRANCH_NAME=no CI_MERGE_REQUEST_DIFF_BASE_SHA="$(id v0)" $plain
    check "GitLab, a merged result: what is merged into" \
        finds v0 CI=true CI_MERGE_REQUEST_DIFF_BASE_SHA=$nobody CI_MERGE_REQUEST_TARGET_BRANCH_SHA="$(id v0)" $plain
    check "GitLab, a push" finds v0 CI=true CI_COMMIT_BEFORE_SHA="$(id v0)" $plain
    event "$(id v0)" $nobody
    check "GitHub, a push" finds v0 CI=true GITHUB_EVENT_NAME=push GITHUB_EVENT_PATH="$tmp/event" $plain
    event $nobody "$(id v0)"
    check "GitHub, a merge queue" finds v0 CI=true GITHUB_EVENT_NAME=merge_group GITHUB_EVENT_PATH="$tmp/event" $plain
    check "what is behind -- is for tare gate" finds v1 $plain -- --on undecided=0 --filter '*/steps'
    check "and gets there" grep -qF -- "--suite build/suite --on undecided=0 --filter */steps>" "$tmp/out"
}

event $zeros ''
check "a new branch has nothing before it" \
    cannot 'no commit before this one' CI=true GITHUB_EVENT_NAME=push GITHUB_EVENT_PATH="$tmp/event"
check "an event that is not to be read" \
    cannot 'no commit before this one' CI=true GITHUB_EVENT_NAME=push GITHUB_EVENT_PATH="$tmp/nothing"
check "so it is at GitLab" cannot 'no commit before this one' CI=true CI_COMMIT_BEFORE_SHA=$zeros
check "a branch that is not here" cannot '^gate: origin/no is not here; fetch it' CI=true GITHUB_BASE_REF=no
check "a commit that a forced push removed" cannot "^gate: $nobody is not here" CI=true CI_COMMIT_BEFORE_SHA=$nobody
check "a base that has all that is here" cannot 'nothing to compare' CI=true CI_COMMIT_BEFORE_SHA="$(id v2)"
git -C "$clone" checkout -q --orphan alone && git -C "$clone" -c user.name=t -c user.email=t@t commit -qm alone
check "no commit in common" cannot 'have no commit in common' CI=true CI_COMMIT_BEFORE_SHA="$(id v1)"
check "no commit before the first" cannot '^gate: HEAD^ is not here' CI=true
git -C "$clone" checkout -q v2
clone=$tmp/shallow
git clone -q --depth 1 -b work "file://$repo" "$clone"
check "a shallow checkout: what to set" cannot 'cut off: set fetch-depth: 0 (GitHub), GIT_DEPTH: "0" (GitLab)' CI=true
clone=$tmp/place
check "no repository" cannot 'no commit here' CI=true
clone=$tmp/clone

plain="$step --build false --suite build/suite"
check "a build that fails here" cannot "^gate: 'false' failed here"
plain="$step --build true"
check "no suite named" cannot '^gate: --build and --suite are needed'
plain="$step --build"
check "an option without a value" cannot '^gate: --build: needs a value'
plain="$step --biuld true"
check "an option that is none" cannot '^gate: --biuld: not known'
plain="$step --build true --suite build/suite"
check "no tare" cannot 'not found; install it' TARE="$tmp/no/tare"
check "--help teaches" sh -c "$step --help | grep -q fetch-depth"

# ---- What ci/gate keeps and passes on ----------------------------------------------------------

# A tare that writes both and is red.
cat >"$tmp/red" <<'END'
#!/bin/sh
while [ $# -gt 0 ]; do
    case $1 in --json) echo measured >"$2" ;; --output) echo reported >"$2" ;; esac
    shift
done
exit 1
END
chmod +x "$tmp/red"
keeps() { (cd "$clone" && TARE=$tmp/red "$step" --build true --suite build/suite --keep kept/here >"$tmp/out" 2>"$tmp/err"); }
check "the exit status is that of tare gate" exits 1 keeps
check "the report is on standard output" [ "$(cat "$tmp/out")" = reported ]
check "and kept" [ "$(cat "$clone/kept/here/report.md")" = reported ]
check "so is what was measured" [ "$(cat "$clone/kept/here/gate.json")" = measured ]
printf '#!/bin/sh\nexit 2\n' >"$tmp/red"
check "what is refused is passed on, too" exits 2 keeps
check "and keeps no report of another run" not [ -e "$clone/kept/here/report.md" ]
# shellcheck disable=SC2016 # for the build's shell
make_is_alike() { (cd "$clone" && MAKEFLAGS=k CI='' TARE=$tmp/shows "$step" --build 'echo "flags:$MAKEFLAGS"' --suite x) 2>&1 | grep -x 'flags:'; }
check "make's options do not reach the build" make_is_alike

# ---- The templates -----------------------------------------------------------------------------

# The step as a service would run it, with this tree's ci/gate.
mkdir -p "$clone/extern/tare/ci" && cp ci/gate "$clone/extern/tare/ci"
mkdir "$tmp/bin" && ln -s "$tmp/shows" "$tmp/bin/tare"
# step_of FILE: the lines of its one call of ci/gate
step_of() { sed -n '/extern\/tare\/ci\/gate --keep/,/--suite/p' "ci/templates/$1"; }
runs() {
    step_of "$1" | sed "s/make suite/true/" >"$tmp/script"
    (cd "$clone" && PATH=$tmp/bin:$PATH CI=true CI_COMMIT_BEFORE_SHA=$(id v1) sh -e "$tmp/script" >"$tmp/out" 2>"$tmp/err")
    status=$?
    cat "$tmp/out" "$tmp/err"
    [ $status = 0 ] && grep -qF -- "--json tare-gate/gate.json --format markdown --output tare-gate/report.md" "$tmp/out"
}
for template in github-actions.yml gitlab-ci.yml; do
    check "$template: its step is a gate" runs $template
    if python3 -c 'import yaml' 2>/dev/null; then
        check "$template is YAML" python3 -c "import yaml; yaml.safe_load(open('ci/templates/$template'))"
    else
        skip "$template is YAML" "no python3-yaml"
    fi
done
