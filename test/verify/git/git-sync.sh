#!/bin/sh
# Stand-in for git-sync 4, with what the platform uses of it: the variables below, and the same layout, a worktree for each state and a link that is turned
# to the newest one at once. Like it, it ends after so many looks that fail.
set -eu
if [ "${1-}" = askpass ]; then
  case $2 in Username*) echo "$GITSYNC_USERNAME" ;; *) echo "$GITSYNC_PASSWORD" ;; esac
  exit
fi
printf '#!/bin/sh\nexec git-sync askpass "$1"\n' > "$HOME/askpass"
chmod 700 "$HOME/askpass"
export GIT_ASKPASS="$HOME/askpass"
mkdir -p "$GITSYNC_ROOT"
cd "$GITSYNC_ROOT"
[ -d .git ] || git init --quiet .
failures=0
limit=${GITSYNC_INIT_MAX_FAILURES:-$GITSYNC_MAX_FAILURES}
while :; do
  if ! git fetch --quiet --depth 1 "$GITSYNC_REPO" "$GITSYNC_REF"; then
    failures=$((failures + 1))
    [ "$failures" -lt "$limit" ] || exit 1
    sleep "$GITSYNC_PERIOD"
    continue
  fi
  failures=0
  limit=$GITSYNC_MAX_FAILURES
  state=$GITSYNC_ROOT/.worktrees/$(git rev-parse FETCH_HEAD)
  before=$(readlink "$GITSYNC_LINK" || true)
  if [ "$state" != "$before" ]; then
    [ -d "$state" ] || git worktree add --quiet --detach "$state" FETCH_HEAD
    ln -sfn "$state" "$GITSYNC_LINK.new"
    mv -T "$GITSYNC_LINK.new" "$GITSYNC_LINK"
    [ -z "$before" ] || git worktree remove --force "$before"
    echo "stand-in for git-sync: $GITSYNC_LINK is $state"
  fi
  [ "$GITSYNC_ONE_TIME" != true ] || exit 0
  sleep "$GITSYNC_PERIOD"
done
